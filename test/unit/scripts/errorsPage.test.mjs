import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { errorsPage, errorsPagePath } from '../../../scripts/errorsPage.mjs'
import { diagnosticCatalogue } from '../../../src/shared/diagnostic.ts'
import { errorCatalogue } from '../../../src/shared/errors.ts'

describe('docs/errors.md', () => {
  it('is what the catalogues say; if not, run: npm run docs:errors', async () => {
    expect(await readFile(errorsPagePath, 'utf8')).toBe(await errorsPage())
  })

  it('has every error and every check once', async () => {
    const page = await errorsPage()
    for (const code of [...Object.keys(errorCatalogue), ...Object.keys(diagnosticCatalogue)]) {
      expect(page.split(`\`${code}\``)).toHaveLength(2 + Number(code === 'INTERNAL'))
    }
  })
})
