import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { audit, cutOver, repair } from '../../../src/main/runs/operations.ts'
import type { RunReport } from '../../../src/shared/run.ts'
import type { RunKind } from '../../../src/shared/runKind.ts'
import { MortalWorld } from '../../fakes/mortal.ts'
import { free, migrateAll, repairs, resume, undo, type Work } from '../../fakes/works.ts'

let world: MortalWorld
afterEach(() => world.close())

/** Lets a step of a story die at each moment that it has, in a world of its own each time, and looks what then becomes of it. */
async function atEachMoment(
  prepare: () => Promise<Work>,
  then: (moment: string, before: Record<string, unknown>) => Promise<void>,
): Promise<number> {
  world = await MortalWorld.open()
  const moments = await world.process(await prepare())
  // Between two steps nothing happens: to die before one is to die after the last.
  const distinct = moments.filter((moment, at) => at === 0 || !moment.includes(' before '))
  for (const moment of distinct) {
    await world.close()
    world = await MortalWorld.open()
    const work = await prepare()
    const before = world.snapshot()
    await world.process(work, moment)
    await then(moment, before)
  }
  return distinct.length
}

const isBegun = (runId: string): boolean => world.runs.with(runId, (store) => store.last('started') !== null)
const isPlanned = (runId: string): boolean => world.runs.with(runId, (store) => store.last('planned') !== null)

/** Undoes the latest run of a kind, if it has got so far as to do anything, without resuming it. */
async function undone(kind: RunKind): Promise<RunReport | null> {
  const runId = [...world.runs.summaries()].find((run) => run.kind === kind)?.runId
  return runId !== undefined && isPlanned(runId) ? world.does(undo(runId)) : null
}

function plantDocuments(): void {
  const { id } = world.addDocument(1)
  world.addImage(id)
  world.addDocument(2)
}

/** One of everything that can be put right, found by an audit. */
async function plantFaults(): Promise<string> {
  const moved = world.addDocument(1)
  const gone = world.addDocument(2)
  world.addDocument(3)
  for (const { id } of [moved, gone]) world.addImage(id)
  const entry = world.uploads.entries.get(moved.source)
  if (!entry) throw new Error('There is no file.')
  world.uploads.entries.set('documents/moved by hand.txt', entry)
  world.uploads.entries.delete(moved.source)
  // An image of a document that is moved held the new path before.
  const [image] = [...world.database.imageRows.values()].filter(({ documentId }) => documentId === moved.id)
  if (!image) throw new Error('There is no image.')
  const other = { ...image, id: image.id.replace(/^1/, '2'), originalPath: '/app/uploads/documents/moved by hand.txt' }
  world.database.imageRows.set(other.id, other)
  world.uploads.entries.delete(gone.source)
  world.uploads.write('documents/nobody names me.pdf', Buffer.from('an orphan'))
  const orphan = moved.key.replace(moved.id, moved.id.replace(/^0/, '9'))
  const metadata = { 'readur-run-id': 'long-ago' }
  world.bucket.objects.set(orphan, { bytes: Buffer.from('of nobody'), etag: 'x', contentType: 'text/plain', metadata })
  return (await world.does((place) => audit(place, { level: 'checksum', settleMs: 0 }))).runId
}

describe(
  'a run that is killed at any of its steps and undone without being resumed leaves all as it was:',
  { timeout: 120_000 },
  () => {
    const asBefore = (kind: RunKind) => async (moment: string, before: Record<string, unknown>) => {
      const report = await undone(kind)
      expect(world.snapshot(), moment).toEqual(before)
      if (report) expect(report, moment).toMatchObject({ failed: 0, remaining: 0, status: 'completed' })
    }

    it('a migration', async () => {
      const count = await atEachMoment(() => {
        plantDocuments()
        return Promise.resolve(migrateAll())
      }, asBefore('migrate'))
      expect(count).toBeGreaterThan(15)
    })

    it('a cutover', async () => {
      await atEachMoment(
        async () => {
          plantDocuments()
          const { runId } = await world.does(migrateAll({ copyOnly: true }))
          return (place) => cutOver(place, runId, { change: { batchSize: 2 } })
        },
        async (moment) => {
          await undone('migrate')
          expect([...world.keys(), ...world.bucket.uploads.keys()], moment).toEqual([])
          for (const { filePath } of world.database.documentRows.values()) expect(filePath, moment).toMatch(/^\/app/)
        },
      )
    })

    it('what came since a copy', async () => {
      await atEachMoment(
        async () => {
          plantDocuments()
          await world.does(migrateAll({ copyOnly: true }))
          world.addDocument(4)
          world.addDocument(5)
          return migrateAll({}, true)
        },
        async (moment, before) => {
          const [run] = world.runs.summaries()
          if (run && run.planned > 0 && isBegun(run.runId)) await world.does(undo(run.runId))
          expect(world.snapshot(), moment).toEqual(before)
        },
      )
    })

    it('the repairs of an audit', async () => {
      const count = await atEachMoment(async () => repairs(await plantFaults()), asBefore('repair'))
      expect(count).toBeGreaterThan(15)
    })

    it('files put aside', async () => {
      await atEachMoment(async () => {
        plantDocuments()
        return free((await world.does(migrateAll())).runId, 'quarantine')
      }, asBefore('quarantine'))
    })

    it('an object that is sent again', async () => {
      await atEachMoment(
        async () => {
          plantDocuments()
          // Somebody else’s object of the same content is used where there is one.
          const { key, source } = world.addDocument(3)
          const file = world.uploads.entries.get(source)
          if (file?.kind !== 'file') throw new Error('There is no file.')
          const etag = createHash('md5').update(file.bytes).digest('hex')
          world.bucket.objects.set(key, { bytes: file.bytes, etag, contentType: 'text/plain', metadata: {} })
          const { runId } = await world.does(migrateAll())
          world.bucket.objects.clear()
          return async (place) => (await repair(place, runId, { reUpload: true, markGone: false })).report
        },
        async (moment) => {
          expect(world.runs.summary(world.latest('migrate')).status, moment).toBe('completed')
          await expect(world.does(resume), moment).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
          expect(await undone('migrate'), moment).toMatchObject({ status: 'completed', failed: 0 })
          expect([...world.keys(), ...world.bucket.uploads.keys()], moment).toEqual([])
        },
      )
    })

    it('a rollback', async () => {
      await atEachMoment(
        async () => {
          plantDocuments()
          return undo((await world.does(migrateAll())).runId)
        },
        async (moment, before) => {
          await undone('rollback')
          const now = world.snapshot()
          expect(now.rows, moment).toEqual(before.rows)
          expect(now.files, moment).toEqual(before.files)
          expect(now.objects, moment).toEqual(before.objects)
        },
      )
    })
  },
)

describe(
  'a run that deletes what was put aside, is killed at any of its steps and undone without being resumed,',
  { timeout: 120_000 },
  () => {
    it('says which files it cannot bring back, and its migration can still be rolled back', async () => {
      await atEachMoment(
        async () => {
          plantDocuments()
          const { runId } = await world.does(migrateAll())
          await world.does(free(runId, 'quarantine'))
          return free(runId, 'purge')
        },
        async (moment) => {
          const purges = [...world.runs.summaries()].filter(({ kind }) => kind === 'purge')
          for (const { runId } of purges.filter((run) => isPlanned(run.runId)))
            await expect(world.does(undo(runId)), moment).rejects.toMatchObject({ code: 'RUN_NOT_STARTABLE' })
          const report = await world.does(undo(world.latest('migrate')))
          expect(report, moment).toMatchObject({ status: 'completed', failed: 0 })
          expect([...world.keys()], moment).toEqual([])
        },
      )
    })
  },
)

describe('what undoes a run and is killed at any of its steps', { timeout: 120_000 }, () => {
  /** It cannot be undone itself, says so, and is brought to its end by a plain `resume`. */
  const refusesAndResumes = (goal: () => unknown) => async (moment: string) => {
    const runId = [...world.runs.summaries()].find(({ kind }) => kind === 'rollback')?.runId
    if (runId === undefined || !isBegun(runId)) return
    const before = world.snapshot()
    await expect(world.does(undo(runId)), moment).rejects.toMatchObject({ code: 'RUN_NOT_STARTABLE' })
    expect(world.snapshot(), moment).toEqual(before)
    const { status } = world.runs.summary(runId)
    if (status !== 'completed') {
      expect(status, moment).toBe('interrupted')
      expect(await world.does(resume), moment).toMatchObject({ runId, status: 'completed', failed: 0, remaining: 0 })
    }
    expect(world.snapshot(), moment).toEqual(goal())
  }

  it('repairs are all taken back after a resume', async () => {
    let original: unknown
    await atEachMoment(
      async () => {
        const auditId = await plantFaults()
        original = world.snapshot()
        return undo((await world.does(repairs(auditId))).runId)
      },
      refusesAndResumes(() => original),
    )
  })

  it('files are all put back after a resume', async () => {
    let original: unknown
    await atEachMoment(
      async () => {
        plantDocuments()
        const { runId } = await world.does(migrateAll())
        original = world.snapshot()
        return undo((await world.does(free(runId, 'quarantine'))).runId)
      },
      refusesAndResumes(() => original),
    )
  })

  it('documents are all fetched after a resume, and leave nothing beside them', async () => {
    let original: unknown
    await atEachMoment(
      async () => {
        plantDocuments()
        original = world.snapshot()
        const { runId } = await world.does(migrateAll())
        for (const path of world.uploads.entries.keys()) if (path.endsWith('.txt')) world.uploads.entries.delete(path)
        return undo(runId)
      },
      async (moment) => {
        const [run] = world.runs.summaries()
        if (run?.kind !== 'rollback' || !isBegun(run.runId)) return
        if (run.status === 'interrupted') expect(await world.does(resume), moment).toMatchObject({ failed: 0 })
        expect(world.snapshot(), moment).toEqual(original)
      },
    )
  })

  it('a run that undoes itself is shown as that, and a plain resume undoes the rest', async () => {
    let original: unknown
    let isUndone = 0
    await atEachMoment(
      () => {
        plantDocuments()
        const { key } = world.addDocument(4)
        const other = { bytes: Buffer.from('something else'), etag: 'x', contentType: 'text/plain', metadata: {} }
        world.bucket.objects.set(key, other)
        original = world.snapshot()
        return Promise.resolve(migrateAll({ enableRollback: true, batchSize: 1 }))
      },
      async (moment) => {
        const [run] = world.runs.summaries()
        if (!run || !isBegun(run.runId)) return
        const wasUndoing = world.runs.with(run.runId, (store) => store.last('undoing') !== null)
        if (world.runs.with(run.runId, (store) => store.ending() === null)) {
          expect(run, moment).toMatchObject({ status: 'interrupted', undoing: wasUndoing })
          expect(await world.does(resume), moment).toMatchObject({
            runId: run.runId,
            status: 'rolled back',
            committed: 0,
          })
        }
        if (wasUndoing) isUndone += 1
        expect(world.snapshot(), moment).toEqual(original)
      },
    )
    expect(isUndone).toBeGreaterThan(5)
  })
})
