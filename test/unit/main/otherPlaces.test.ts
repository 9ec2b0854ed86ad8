import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { takeOver } from '../../../src/main/engine/ownership/ownership.ts'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import { StopControl } from '../../../src/main/engine/stop.ts'
import { Bandwidth } from '../../../src/main/engine/transfer/bandwidth.ts'
import { AdaptiveLimit } from '../../../src/main/engine/transfer/concurrency.ts'
import { carryOut, cutOver, migrate, planMigration, prepareUndo, recover } from '../../../src/main/runs/operations.ts'
import { RunFolder } from '../../../src/main/runs/runFolder.ts'
import type { Workplace } from '../../../src/main/runs/workplace.ts'
import {
  defaultMigrateOptions,
  type MigrateOptions,
  type PlanOptions,
  type RunReport,
} from '../../../src/shared/run.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { World } from '../../fakes/world.ts'

let dir = ''
let world: World
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-places-'))
  await mkdir(join(dir, 'runs'))
  world = await World.open()
})
afterEach(async () => {
  expect(world.broken()).toEqual([])
  await world.close()
  await rm(dir, { recursive: true, force: true })
})

function workplace(
  database = world.database,
  uploads: Workplace['context']['site']['uploads'] = world.uploads,
): Workplace {
  const limit = new AdaptiveLimit(4)
  return {
    runs: new RunFolder(join(dir, 'runs')),
    states: dir,
    profile: { id: 'test', name: 'Test' },
    close: () => Promise.resolve(),
    readurState: () => Promise.resolve({ at: 'bucket', source: 'the test' }),
    storage: { ofConnection: {}, use: () => undefined },
    pace: { limit, bandwidth: new Bandwidth(null), isMoving: () => false },
    context: {
      site: { database, uploads, objects: world.faults, prefixes: [{ stored: '/app/uploads', folder: '' }] },
      stop: new StopControl(),
      limit,
      readur: null,
      clock: Date,
      progress: nullProgress,
    },
  }
}

async function run(work: Workplace, change: Partial<MigrateOptions> = {}, plan: PlanOptions = {}): Promise<RunReport> {
  const store = await planMigration(work, plan)
  return migrate(work, store, { ...defaultMigrateOptions, ...change }).finally(() => {
    store.close()
  })
}

async function undo(work: Workplace, runId: string, selection = {}, force = false): Promise<RunReport> {
  const store = await prepareUndo(work, runId, selection, { keepObjects: false, force })
  return carryOut(work, store).finally(() => {
    store.close()
  })
}

/** Another database with the same documents, such as a copy for tests. */
function copyOfDatabase(): MemoryDatabase {
  const copy = new MemoryDatabase({ identity: 'memory/2', label: 'copy' })
  for (const [id, row] of world.database.documentRows) copy.documentRows.set(id, { ...row })
  return copy
}

describe('a copy of the database that shares the bucket', () => {
  it('is refused before its first row is changed, and may copy all the same', async () => {
    for (const content of ['a', 'b']) world.addDocument(content)
    const copy = copyOfDatabase()
    await run(workplace())
    await expect(run(workplace(copy))).rejects.toMatchObject({ code: 'BUCKET_CLAIMED' })
    expect(await run(workplace(copy), { copyOnly: true })).toMatchObject({ status: 'copied' })
    expect([...copy.documentRows.values()].filter(({ filePath }) => filePath.startsWith('s3://'))).toEqual([])
  })

  it('takes no object away once the original has taken the bucket over', async () => {
    for (const content of ['a', 'b']) world.addDocument(content)
    const copy = copyOfDatabase()
    const theirs = await run(workplace(copy))
    await expect(run(workplace())).rejects.toMatchObject({ code: 'BUCKET_CLAIMED' })
    await takeBucketOver(world.database)
    expect(await run(workplace())).toMatchObject({ status: 'completed', committed: 2 })
    expect(await undo(workplace(copy), theirs.runId)).toMatchObject({ status: 'completed', restored: 2 })
    expect(world.keys()).toHaveLength(2)
  })

  it('takes none away when it is rolled back from what the objects say', async () => {
    for (const content of ['a', 'b']) world.addDocument(content)
    await run(workplace())
    const copy = copyOfDatabase()
    const { runId } = await recover(workplace(copy), {})
    expect(await undo(workplace(copy), runId)).toMatchObject({ restored: 2 })
    expect(world.keys()).toHaveLength(2)
  })

  it('is refused for a run of the original, and with force keeps all objects', async () => {
    world.addDocument('a')
    const { runId } = await run(workplace())
    const empty = new MemoryDatabase({ identity: 'memory/2', label: 'empty' })
    await expect(undo(workplace(empty), runId)).rejects.toMatchObject({ code: 'RUN_NOT_STARTABLE' })
    await undo(workplace(empty), runId, {}, true)
    expect(world.keys()).toHaveLength(1)
  })
})

async function takeBucketOver(database: MemoryDatabase): Promise<void> {
  const { signal } = new AbortController()
  const { instance } = await database.facts(signal)
  const lock = await database.lock(signal)
  await takeOver({ objects: world.faults, lock, instance, signal })
  await lock.release()
}

describe('an uploads folder at another place', () => {
  it('is refused', async () => {
    world.addDocument('a')
    const { runId } = await run(workplace())
    const { uploads } = world
    const elsewhere = {
      label: 'elsewhere',
      namedRoot: '/elsewhere',
      check: () => uploads.check(),
      inspect: (path: string) => uploads.inspect(path),
      inspectAll: (paths: readonly string[]) => uploads.inspectAll(paths),
      list: (...args: Parameters<typeof uploads.list>) => uploads.list(...args),
      open: (path: string) => uploads.open(path),
      place: (...args: Parameters<typeof uploads.place>) => uploads.place(...args),
      clearUnfinished: (path: string) => uploads.clearUnfinished(path),
      move: (...args: Parameters<typeof uploads.move>) => uploads.move(...args),
      remove: (...args: Parameters<typeof uploads.remove>) => uploads.remove(...args),
    }
    await expect(undo(workplace(world.database, elsewhere), runId)).rejects.toMatchObject({ code: 'RUN_NOT_STARTABLE' })
  })
})

describe('two runs over the same documents', () => {
  it('leave to each what it did: a row that one has switched is not undone by the other', async () => {
    const good = world.addDocument('a')
    const work = workplace()
    const later = await planMigration(work, {})
    await run(work)
    const report = await migrate(work, later, defaultMigrateOptions)
    later.close()
    expect(report).toMatchObject({ committed: 0, failed: 1 })
    expect(report.problems.map(({ code }) => code)).toEqual(['ROW_TAKEN'])
    expect(world.pathOf(good.id)).toBe(`s3://${good.key}`)
  })

  it('cannot both hold the lock: what was removed while one was cut off is not committed by it', async () => {
    const { id, path, key } = world.addDocument('a')
    const lock = world.database.lock.bind(world.database)
    let epoch = 1
    world.database.lock = async (signal) => {
      const held = await lock(signal)
      return {
        ...held,
        get epoch() {
          return epoch
        },
        changePaths: (changes, asked, signal) => {
          if (epoch === 1) {
            epoch = 2
            world.bucket.objects.delete(key)
          }
          if (asked === epoch) return held.changePaths(changes, asked, signal)
          const lost = new MigrateError('LOCK_RENEWED', { message: 'The lock was taken anew.', scope: 'run' })
          return Promise.reject(lost)
        },
      }
    }
    expect(await run(workplace())).toMatchObject({ committed: 0, failed: 1 })
    expect(world.pathOf(id)).toBe(path)
  })
})

describe('part of a run', () => {
  it('is all that is migrated again when the rollback of part of it is undone', async () => {
    const [first, second] = [world.addDocument('a'), world.addDocument('b')]
    const work = workplace()
    const { runId } = await run(work)
    const undone = await undo(work, runId)
    await undo(work, undone.runId, { documentIds: [first.id] })
    expect(world.pathOf(first.id)).toBe(`s3://${first.key}`)
    expect(world.pathOf(second.id)).toBe(second.path)
  })

  it('can be cut over after another part was rolled back', async () => {
    const [first, second] = [world.addDocument('a'), world.addDocument('b')]
    const work = workplace()
    const { runId } = await run(work, { copyOnly: true })
    await undo(work, runId, { documentIds: [first.id] })
    expect(await cutOver(work, runId, {})).toMatchObject({ committed: 1 })
    expect(world.pathOf(second.id)).toBe(`s3://${second.key}`)
  })
})
