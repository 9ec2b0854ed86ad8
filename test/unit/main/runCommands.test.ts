import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommands } from '../../../src/main/ipc/runs.ts'
import type { Profile } from '../../../src/main/profiles/profile.ts'
import { createReads } from '../../../src/main/runs/reading/reads.ts'
import { RunFolder } from '../../../src/main/runs/runFolder.ts'
import { RunManager } from '../../../src/main/runs/runManager.ts'
import { defaultMigrateOptions, type RunSnapshot } from '../../../src/shared/run.ts'
import { ReadurStateStore } from '../../../src/main/runs/readur/readurStateStore.ts'
import { header, plannedItem, seal } from '../../fakes/runStores.ts'
import { noPrompts } from '../../fakes/noPrompts.ts'

let dir = ''
let runs: RunFolder
let snapshots: RunSnapshot[] = []
let chosen: string | null = null
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-commands-'))
  for (const name of ['runs', 'states', 'documents']) await mkdir(join(dir, name))
  runs = new RunFolder(join(dir, 'runs'))
  snapshots = []
  chosen = null
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** Its settings cannot be read: nothing is ever connected to. */
const unreadable = (): Profile => ({
  id: 'test',
  name: 'Test',
  server: null,
  envFile: join(dir, 'no-such.env'),
  variables: {},
})

function setup() {
  const manager = new RunManager({
    runs,
    states: join(dir, 'states'),
    readurs: new ReadurStateStore(dir),
    profileOf: unreadable,
    secretsOf: () => () => null,
    ssh: { hostKeys: join(dir, 'hostKeys.json'), accept: [], prompts: noPrompts },
    onSnapshot: (snapshot) => snapshots.push(snapshot),
  })
  const commands = runCommands({
    profiles: { find: unreadable },
    runs,
    reads: createReads(runs),
    manager,
    states: join(dir, 'states'),
    reveal: () => undefined,
    chooseStateFile: () => Promise.resolve(chosen),
    takeOpenedStateFile: () => chosen,
    choosePathsFile: () => Promise.resolve(chosen),
  })
  return { commands, manager }
}

/** A run that was begun and then killed. */
function interrupted(): string {
  const store = runs.create(header)
  seal(store, [plannedItem('d1'), plannedItem('d2')])
  store.append([
    { step: 'started', data: { pid: 1, host: 'h', options: defaultMigrateOptions } },
    { step: 'committed', seq: 1, data: {} },
  ])
  store.close()
  return store.header.id
}

describe('orders about a run whose place cannot be reached', () => {
  const undo = { keepObjects: false, force: false }

  it.each(['resume', 'check', 'repair', 'retryFailed', 'prepareUndo', 'prepareFree'] as const)(
    'are refused: %s; the run stands as before, and the next order is heard',
    async (order) => {
      const id = interrupted()
      const { commands, manager } = setup()
      const calls = {
        resume: () => commands['runs.resume'].run(id),
        check: () => commands['runs.check'].run(id, { level: 'exists' }),
        repair: () => commands['runs.repair'].run(id, { reUpload: true, markGone: false }),
        retryFailed: () => commands['runs.retryFailed'].run(id, 'can succeed'),
        prepareUndo: () => commands['runs.prepareUndo'].run(id, {}, undo),
        prepareFree: () => commands['runs.prepareFree'].run(id, 'quarantine', false),
      }
      await expect(calls[order]()).rejects.toMatchObject({ code: 'SETTINGS_FILE_MISSING' })
      expect(manager.busy).toBe(false)
      expect(runs.summary(id)).toMatchObject({ status: 'interrupted', committed: 1 })
      expect(runs.ids()).toEqual([id])
      await expect(calls[order]()).rejects.toMatchObject({ code: 'SETTINGS_FILE_MISSING' })
    },
  )

  it('leave the last word to the record: a run that could not go on is interrupted, not "not started"', async () => {
    const id = interrupted()
    const { commands } = setup()
    await expect(commands['runs.resume'].run(id)).rejects.toMatchObject({ code: 'SETTINGS_FILE_MISSING' })
    expect(snapshots.at(-1)).toMatchObject({
      runId: id,
      kind: 'migrate',
      activity: 'run',
      status: 'interrupted',
      error: { code: 'SETTINGS_FILE_MISSING' },
    })
  })

  it('are one at a time', async () => {
    const id = interrupted()
    const { commands } = setup()
    const first = commands['runs.resume'].run(id)
    await expect(commands['runs.check'].run(id, { level: 'exists' })).rejects.toMatchObject({ code: 'DB_BUSY' })
    await expect(first).rejects.toMatchObject({ code: 'SETTINGS_FILE_MISSING' })
  })
})

describe('orders that make no sense', () => {
  it('are refused before anything is reached', async () => {
    const id = interrupted()
    const { commands } = setup()
    const unknown = '20200101-000000-0000'
    await expect(async () => commands['runs.resume'].run(unknown)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
    await expect(
      commands['runs.prepareUndo'].run(unknown, {}, { keepObjects: false, force: false }),
    ).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    })
    await expect(commands['runs.start'].run(id, defaultMigrateOptions, true)).rejects.toMatchObject({
      code: 'RUN_NOT_STARTABLE',
    })
    const done = runs.create(header)
    seal(done, [])
    done.close()
    await expect(commands['runs.cutover'].run(done.header.id, true, true)).rejects.toMatchObject({
      code: 'RUN_NOT_STARTABLE',
    })
    expect(snapshots).toEqual([])
  })
})

describe('what a comparison has found', () => {
  it('is nothing before there was one', () => {
    const { commands } = setup()
    expect(commands['runs.findings'].run(interrupted())).toEqual({ check: null, reUploaded: null })
  })
})

describe('the paths of before a run', () => {
  it('are saved as SQL where the user says, for him alone', async () => {
    const id = interrupted()
    const { commands } = setup()
    chosen = join(dir, 'documents', 'before.sql')
    expect(await commands['runs.savePaths'].run(id)).toEqual({ path: chosen })
    expect(await readFile(chosen, 'utf8')).toMatch(/^-- Paths as they were before run .*\n[^]*BEGIN;\nCOMMIT;\n$/)
    expect(await readdir(join(dir, 'documents'))).toEqual(['before.sql'])
  })

  it('are saved nowhere when the user thinks better of it', async () => {
    const { commands } = setup()
    expect(await commands['runs.savePaths'].run(interrupted())).toBeNull()
    expect(await readdir(join(dir, 'documents'))).toEqual([])
  })

  it('say why they cannot be saved, and leave nothing half done', async () => {
    const { commands } = setup()
    chosen = join(dir, 'documents', 'missing', 'before.sql')
    await expect(commands['runs.savePaths'].run(interrupted())).rejects.toMatchObject({
      code: 'PATHS_UNWRITABLE',
      subject: chosen,
    })
    expect(await readdir(join(dir, 'documents'))).toEqual([])
  })
})

describe('the choice of a state file', () => {
  it('is the path, or nothing', async () => {
    const { commands } = setup()
    expect(await commands['runs.chooseStateFile'].run()).toBeNull()
    chosen = '/home/ada/migration_state.json'
    expect(await commands['runs.chooseStateFile'].run()).toEqual({ path: chosen })
  })
})
