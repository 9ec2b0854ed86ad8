import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ProgramLog } from '../../../src/main/log.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readur-log-'))
})
afterEach(() => rm(folder, { recursive: true }))

const text = (name = 'readur-migrate.log') => readFile(join(folder, name), 'utf8')

it('writes one line a text, whatever is in it, for its user alone', async () => {
  const log = new ProgramLog(folder)
  log.line('Started')
  log.line('two\nlines \x1b[2J')
  const lines = (await text()).trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z Started$/)
  expect(lines[1]).not.toContain('\x1b')
  expect((await stat(join(folder, 'readur-migrate.log'))).mode & 0o777).toBe(0o600)
})

it('keeps one older file, and never more than twice the limit', async () => {
  const log = new ProgramLog(folder, 1_000)
  for (let number = 0; number < 200; number += 1) log.line(`line ${number}`)
  expect((await readdir(folder)).sort()).toEqual(['readur-migrate.1.log', 'readur-migrate.log'])
  expect(await text()).toContain('line 199')
  for (const name of await readdir(folder)) expect((await text(name)).length).toBeLessThan(1_100)
})

it('says where something unforeseen happened, without its message', async () => {
  new ProgramLog(folder).failure('Ended', new TypeError('password planted-secret at 10.0.0.7'))
  const written = await text()
  expect(written).toContain('Ended: TypeError at ')
  expect(written).toContain('log.test.ts')
  expect(written).not.toContain('planted-secret')
})

it('notes a state once for each change', async () => {
  const log = new ProgramLog(folder)
  for (const state of ['running', 'running', 'completed']) log.state('Run 7', state)
  expect((await text()).trimEnd().split('\n')).toHaveLength(2)
})

it('stops nothing where it cannot write', () => {
  expect(() => new ProgramLog(join(folder, 'missing')).line('x')).not.toThrow()
})
