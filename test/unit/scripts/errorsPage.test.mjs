import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { errorsPage, errorsPagePath } from '../../../scripts/errorsPage.mjs'
import { diagnosticCatalogue } from '../../../src/shared/diagnostic.ts'
import { errorCatalogue } from '../../../src/shared/errors.ts'

describe('docs/errors.md', () => {
  it('is what the catalogues say; if not, run: npm run docs:errors', async () => {
    expect(await readFile(errorsPagePath, 'utf8')).toBe(await errorsPage())
  })

  it('names every area of the checks', async () => {
    expect(await errorsPage()).not.toContain('undefined')
  })

  it('has every error and every check once', async () => {
    const page = await errorsPage()
    for (const code of [...Object.keys(errorCatalogue), ...Object.keys(diagnosticCatalogue)]) {
      expect(page.split(`\`${code}\``)).toHaveLength(2 + Number(code === 'INTERNAL'))
    }
  })

  it('names a cause of its own and a remedy for every error', async () => {
    const page = await errorsPage()
    // The same that another file cannot be written for; all else has its own.
    const files = ['STATE_FILE_UNWRITABLE', 'REPORT_UNWRITABLE', 'PATHS_UNWRITABLE']
    const causes = Object.entries(errorCatalogue).flatMap(([code, { cause }]) => (files.includes(code) ? [] : cause))
    expect(new Set(causes).size).toBe(causes.length)
    for (const { title, cause, remedy } of Object.values(errorCatalogue)) {
      for (const sentence of [cause, remedy]) expect(sentence).toMatch(/^\S.{15,}\S$/)
      expect(cause).toMatch(/\.$/)
      expect(cause).not.toContain(title)
      expect(page).toContain(cause.replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('_', '\\_'))
    }
  })
})
