import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseReport, World } from './world.ts'

let world: World
let umask = 0
beforeEach(async () => {
  // What most systems begin with.
  umask = process.umask(0o022)
  world = await World.bulk(8)
})
afterEach(async () => {
  process.umask(umask)
  await world.close()
})

/** Files below a folder that others may read or write, and folders that they may look into. */
async function openToOthers(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  const modes = await Promise.all(names.map(async (name) => ({ name, mode: (await stat(join(folder, name))).mode })))
  return modes.filter(({ mode }) => (mode & 0o077) !== 0).map(({ name }) => name)
}

const ended = async (command: string, ...options: string[]): Promise<string> => {
  const { code, out, err } = await world.spawn(command, ...options).ended
  expect(code, err).toBe(0)
  return out
}
const scratch = (): Promise<string[]> => readdir(join(world.home, 'runs', 'scratch')).catch(() => [])

describe('what the program writes', () => {
  it('nobody else can read: records, exports, reports; documents are put back for Readur to read', async () => {
    const run = parseReport(await ended('migrate')).runId ?? ''
    await ended('audit', '--report', join(world.home, 'audit.csv'))
    const [lost = ''] = world.localFiles
    await rm(join(world.uploadsDir, lost))
    await ended('rollback', run, '--yes')

    const written = await readdir(world.home, { recursive: true })
    for (const kind of [/^runs\/.+\.sqlite$/, /^states\/.+\.json$/, /^audit\.csv$/]) {
      expect(written.filter((name) => kind.test(name))).not.toEqual([])
    }
    expect(await openToOthers(world.home)).toEqual([])
    expect(((await stat(join(world.uploadsDir, lost))).mode & 0o777).toString(8)).toBe('644')
  })

  it('for the moment is private too, and is swept away once its process was killed', async () => {
    const reader = new Client({ connectionString: world.databaseUrl })
    await reader.connect()
    // Rows are waited for, so that the audit is met in the middle.
    await reader.query('BEGIN; LOCK TABLE documents')
    const audit = world.spawn('audit')
    await audit.reached('audit-options')
    // It cannot be caught: nothing is cleaned up.
    audit.kill('SIGKILL')
    await audit.ended
    await reader.end()
    expect(await scratch()).toHaveLength(1)
    expect(await openToOthers(world.home)).toEqual([])
    await ended('audit')
    expect(await scratch()).toEqual([])
  })
})
