import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { translateGuideFlags } from '../../../src/main/cli/guideFlags.ts'
import { outputTo } from '../../../src/main/cli/output.ts'
import { runProgram } from '../../../src/main/cli/program.ts'
import { diagnosticAreas, diagnosticCatalogue } from '../../../src/shared/diagnostic.ts'
import { errorCatalogue } from '../../../src/shared/errors.ts'

// Commands are asked what they are, and none is carried out: what reaches databases and buckets is not loaded for that.
vi.mock('../../../src/main/site.ts', () => ({}))

const root = join(import.meta.dirname, '../../..')
const textOf = (path) => readFile(join(root, path), 'utf8')

/** The rows of all tables of docs/guide-coverage.md. */
const rows = (await textOf('docs/guide-coverage.md')).split('\n').flatMap((line) => {
  const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
  return /^\d+$/.test(cells[1] ?? '')
    ? [{ cells: cells.length, number: Number(cells[1]), here: cells[3], proof: cells[4] }]
    : []
})

/** What stands `like this`, with the number of its row. */
const spans = rows.flatMap(({ number, here }) => [...here.matchAll(/`([^`]+)`/g)].map(([, text]) => ({ number, text })))
const isCheck = (text) => diagnosticAreas.some((area) => text.startsWith(`${area}.`))
const isError = (text) => /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(text)
const commands = spans.filter(({ text }) => !isCheck(text) && !isError(text))

/** What the program says of a command, or of what one of the guide's flags means; of its own list of commands where there is none. */
async function helpOf(line) {
  const args = translateGuideFlags(line.split(' '))
  const end = args.findIndex((arg) => !/^[a-z][a-z-]*$/.test(arg))
  const words = end === -1 ? args : args.slice(0, end)
  const out = []
  await runProgram(
    [...words, '--help'],
    {},
    outputTo({ out: (text) => out.push(text), err: () => undefined, terminal: false }),
  )
  return { words, options: args.filter((arg) => arg.startsWith('--')), help: out.join('\n') }
}

it('has rows that are numbered, of four columns, each with a proof or the word that there is none', () => {
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, at) => at + 1))
  expect(rows.length).toBeGreaterThan(28)
  for (const { cells, number, proof } of rows) {
    expect(cells, `row ${number}`).toBe(6)
    expect(proof, `row ${number}`).toMatch(/^(no test yet|`test\/[^`]+` › `[^`]+`(; `test\/[^`]+` › `[^`]+`)*$)/)
  }
})

/** Tests that a text names and that there are not. */
async function missingTests(text) {
  const missing = []
  for (const [, file, title] of text.matchAll(/`(test\/[^`]+)` › `([^`]+)`/g)) {
    const code = existsSync(join(root, file)) ? await textOf(file) : ''
    // As the first argument of a call; it.each(…) may have it on a line of its own.
    const called = [`'${title}'`, `"${title}"`].some((quoted) =>
      code.split(quoted).some((before) => /\(\s*$/.test(before)),
    )
    if (!called) missing.push(`${file} › ${title}`)
  }
  return missing
}

it('names tests that there are', async () => {
  const missing = []
  for (const { number, proof } of rows) {
    for (const test of await missingTests(proof)) missing.push(`row ${number}: ${test}`)
  }
  expect(missing).toEqual([])
})

it('and so does the page of what is met in the wild, in each row of its tables', async () => {
  const page = await textOf('docs/in-the-wild.md')
  const lines = page.split('\n').filter((line) => line.startsWith('|') && !/^\| *(case|-+) *\|/i.test(line))
  expect(lines.length).toBeGreaterThan(20)
  expect(lines.filter((line) => !/`test\/[^`]+` › `[^`]+`/.test(line))).toEqual([])
  expect(await missingTests(page)).toEqual([])
})

it('names checks and errors that there are', () => {
  const known = [...Object.keys(diagnosticCatalogue), ...Object.keys(errorCatalogue)]
  const named = spans.filter(({ text }) => isCheck(text) || isError(text))
  expect(named.length).toBeGreaterThan(0)
  expect(named.filter(({ text }) => !known.includes(text))).toEqual([])
})

it('names commands and options that there are', async () => {
  const { scripts } = JSON.parse(await textOf('package.json'))
  expect(commands.length).toBeGreaterThan(0)
  for (const { number, text } of commands) {
    const script = /^npm run (\S+)$/.exec(text)?.[1]
    if (script !== undefined) {
      expect(Object.keys(scripts)).toContain(script)
      continue
    }
    const { words, options, help } = await helpOf(text)
    const where = `row ${number}: ${text}`
    expect(help, where).toContain(`Usage: readur-migrate ${words.join(' ')} `)
    expect(words, where).not.toEqual([])
    for (const option of options) expect(help, where).toMatch(new RegExp(`${option}[ ,\\n]`))
  }
})
