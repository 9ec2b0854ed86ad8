import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRunHandlers } from '../../../src/main/ipc/runHandlers.ts'
import type { Profile } from '../../../src/main/profiles/profile.ts'
import { RunFolder } from '../../../src/main/runs/runFolder.ts'
import { RunManager } from '../../../src/main/runs/runManager.ts'
import { noPrompts } from '../../../src/main/site.ts'
import { defaultMigrateOptions, type RunSnapshot } from '../../../src/shared/run.ts'
import { ReadurBook } from '../../../src/main/runs/readur/readurBook.ts'
import { header, plannedItem, seal } from '../../fakes/runStores.ts'

let dir = ''
let runs: RunFolder
let snapshots: RunSnapshot[] = []
let chosen: string | null = null
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-handlers-'))
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
    readurs: new ReadurBook(dir),
    profileOf: unreadable,
    secretsOf: () => () => null,
    ssh: { hostKeys: join(dir, 'hostKeys.json'), accept: [], prompts: noPrompts },
    onSnapshot: (snapshot) => snapshots.push(snapshot),
  })
  const handlers = createRunHandlers({
    profiles: { find: unreadable },
    runs,
    manager,
    states: join(dir, 'states'),
    reveal: () => undefined,
    chooseStateFile: () => Promise.resolve(chosen),
    choosePathsFile: () => Promise.resolve(chosen),
  })
  return { handlers, manager }
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
      const { handlers, manager } = setup()
      const calls = {
        resume: () => handlers['runs.resume'](id),
        check: () => handlers['runs.check'](id, { level: 'exists' }),
        repair: () => handlers['runs.repair'](id, { reUpload: true, markGone: false }),
        retryFailed: () => handlers['runs.retryFailed'](id, null),
        prepareUndo: () => handlers['runs.prepareUndo'](id, {}, undo),
        prepareFree: () => handlers['runs.prepareFree'](id, 'quarantine', false),
      }
      await expect(calls[order]()).rejects.toMatchObject({ code: 'SETTING_INVALID' })
      expect(manager.busy).toBe(false)
      expect(runs.summary(id)).toMatchObject({ status: 'interrupted', committed: 1 })
      expect(runs.ids()).toEqual([id])
      await expect(calls[order]()).rejects.toMatchObject({ code: 'SETTING_INVALID' })
    },
  )

  it('leave the last word to the record: a run that could not go on is interrupted, not "not started"', async () => {
    const id = interrupted()
    const { handlers } = setup()
    await expect(handlers['runs.resume'](id)).rejects.toMatchObject({ code: 'SETTING_INVALID' })
    expect(snapshots.at(-1)).toMatchObject({
      runId: id,
      kind: 'migrate',
      activity: 'run',
      status: 'interrupted',
      error: { code: 'SETTING_INVALID' },
    })
  })

  it('are one at a time', async () => {
    const id = interrupted()
    const { handlers } = setup()
    const first = handlers['runs.resume'](id)
    await expect(handlers['runs.check'](id, { level: 'exists' })).rejects.toMatchObject({ code: 'DB_BUSY' })
    await expect(first).rejects.toMatchObject({ code: 'SETTING_INVALID' })
  })
})

describe('orders that make no sense', () => {
  it('are refused before anything is reached', async () => {
    const id = interrupted()
    const { handlers } = setup()
    const unknown = '20200101-000000-0000'
    await expect(handlers['runs.resume'](unknown)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
    await expect(handlers['runs.prepareUndo'](unknown, {}, { keepObjects: false, force: false })).rejects.toMatchObject(
      {
        code: 'RUN_NOT_FOUND',
      },
    )
    await expect(handlers['runs.start'](id, defaultMigrateOptions)).rejects.toMatchObject({ code: 'RUN_NOT_STARTABLE' })
    const done = runs.create(header)
    seal(done, [])
    done.close()
    await expect(handlers['runs.cutover'](done.header.id)).rejects.toMatchObject({ code: 'RUN_NOT_STARTABLE' })
    expect(snapshots).toEqual([])
  })
})

describe('what a comparison has found', () => {
  it('is nothing before there was one', () => {
    const { handlers } = setup()
    expect(handlers['runs.findings'](interrupted())).toEqual({ check: null, mended: null })
  })
})

describe('the paths of before a run', () => {
  it('are saved as SQL where the user says, for him alone', async () => {
    const id = interrupted()
    const { handlers } = setup()
    chosen = join(dir, 'documents', 'before.sql')
    expect(await handlers['runs.savePaths'](id)).toEqual({ path: chosen })
    expect(await readFile(chosen, 'utf8')).toMatch(/^-- Paths as they were before run .*\n[^]*BEGIN;\nCOMMIT;\n$/)
    expect(await readdir(join(dir, 'documents'))).toEqual(['before.sql'])
  })

  it('are saved nowhere when the user thinks better of it', async () => {
    const { handlers } = setup()
    expect(await handlers['runs.savePaths'](interrupted())).toBeNull()
    expect(await readdir(join(dir, 'documents'))).toEqual([])
  })

  it('say why they cannot be saved, and leave nothing half done', async () => {
    const { handlers } = setup()
    chosen = join(dir, 'documents', 'missing', 'before.sql')
    await expect(handlers['runs.savePaths'](interrupted())).rejects.toMatchObject({
      code: 'PATHS_UNWRITABLE',
      subject: chosen,
    })
    expect(await readdir(join(dir, 'documents'))).toEqual([])
  })
})

describe('the choice of a state file', () => {
  it('is the path, or nothing', async () => {
    const { handlers } = setup()
    expect(await handlers['runs.chooseStateFile']()).toBeNull()
    chosen = '/home/ada/migration_state.json'
    expect(await handlers['runs.chooseStateFile']()).toEqual({ path: chosen })
  })
})
