import { join } from 'node:path'
import { expect, it } from 'vitest'
import { collectLicences } from '../../../scripts/licences.mjs'

it('has the text of every licence, also where a package brings none', () => {
  const { packages, texts } = collectLicences(join(import.meta.dirname, '../../..'))
  expect(packages.length).toBeGreaterThan(100)
  expect(packages.filter(({ text }) => text === null)).toEqual([])
  const textOf = (name) => texts[packages.find((it) => it.name === name).text]
  expect(textOf('pg-types')).toMatch(/^MIT License\n\nCopyright \(c\) Brian/)
  // Not installed on this platform, and in the program on its own.
  expect(textOf('@libsql/darwin-arm64')).toContain('the authors of @libsql/darwin-arm64')
  expect(textOf('@aws-sdk/nested-clients')).toContain('Apache License')
})
