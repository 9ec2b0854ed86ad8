import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../../src/main/cli/exitCodes.ts'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import {
  carryOut,
  checkRun,
  prepareFreeing,
  prepareUndo,
  recover,
  repair,
  resumeRun,
} from '../../../src/main/runs/operations.ts'
import type { Workplace } from '../../../src/main/runs/workplace.ts'
import type { Drift, Repair, RunReport } from '../../../src/shared/run.ts'
import { MortalWorld } from '../../fakes/mortal.ts'
import { free, migrateAll, resume, undo } from '../../fakes/works.ts'

let world: MortalWorld
beforeEach(async () => {
  world = await MortalWorld.open()
})
afterEach(() => world.close())

const options = { keepObjects: false, force: false }

const plant = (count: number) => Array.from({ length: count }, (_, at) => world.addDocument(at + 1))

/** Makes a plan that is carried out later. */
const planned = (preparing: (place: Workplace) => Promise<{ header: { id: string }; close: () => void }>) =>
  world.does(async (place) => {
    const store = await preparing(place)
    store.close()
    return store.header.id
  })

describe('a plan over a run that has gone on since', () => {
  const isStale = async (planId: string): Promise<void> => {
    const before = world.snapshot()
    await expect(world.does((place) => resumeRun(place, planId))).rejects.toMatchObject({ code: 'PLAN_STALE' })
    expect(world.snapshot()).toEqual(before)
  }

  it('is not carried out as a rollback, and one that is made again undoes all', async () => {
    plant(6)
    const before = world.snapshot()
    await world.process(migrateAll({ batchSize: 1 }), 'journal committed after 2')
    const run = world.latest('migrate')
    const plan = await planned((place) => prepareUndo(place, run, {}, options))
    expect(await world.does(resume)).toMatchObject({ runId: run, status: 'completed', committed: 6 })
    await isStale(plan)
    expect(await world.does(undo(run))).toMatchObject({ status: 'completed', restored: 6 })
    expect(world.snapshot()).toEqual(before)
  })

  it('holds for what frees space, and for what puts files back', async () => {
    plant(4)
    const { runId: run } = await world.does(migrateAll())
    const before = world.snapshot()
    const plan = await planned((place) => prepareFreeing(place, run, { kind: 'quarantine', anyway: true }))
    await world.process(free(run, 'quarantine'), 'parent local-freed after 2')
    await isStale(plan)

    const freed = [...world.runs.summaries()].find(
      ({ kind, status }) => kind === 'quarantine' && status === 'interrupted',
    )
    const back = await planned((place) => prepareUndo(place, freed?.runId ?? '', {}, options))
    expect(await world.does(resume)).toMatchObject({ kind: 'quarantine', freed: 4 })
    await isStale(back)
    expect(await world.does(undo(freed?.runId ?? ''))).toMatchObject({ status: 'completed', restored: 4 })
    expect(world.snapshot()).toEqual(before)
  })

  it('holds for what undoes a rollback', async () => {
    plant(3)
    const { runId: run } = await world.does(migrateAll())
    await world.process(undo(run), 'changePaths after 1')
    const rollback = world.latest('rollback')
    const plan = await planned((place) => prepareUndo(place, rollback, {}, options))
    await world.does(resume)
    await isStale(plan)
    expect(await world.does(undo(rollback))).toMatchObject({ kind: 'migrate', committed: 3 })
  })

  it('is carried out where only a state file was written or a comparison made', async () => {
    plant(2)
    const { runId: run } = await world.does(migrateAll())
    const plan = await planned((place) => prepareUndo(place, run, {}, options))
    await world.does((place) => {
      const store = place.runs.open(run, 'write')
      store.append([{ step: 'exported', data: { path: 'somewhere' } }])
      store.close()
      return Promise.resolve(null)
    })
    expect(await world.does((place) => resumeRun(place, plan))).toMatchObject({ status: 'completed', restored: 2 })
  })
})

describe('a run that another one has begun to undo', () => {
  it('is not resumed before that one is done', async () => {
    plant(3)
    await world.process(migrateAll({ batchSize: 1 }), 'journal committed after 2')
    const run = world.latest('migrate')
    await world.process(undo(run), 'journal restore-intent after 1')
    const refusal = { code: 'RUN_NOT_STARTABLE', message: expect.stringContaining(world.latest('rollback')) as string }
    await expect(world.does((place) => resumeRun(place, run))).rejects.toMatchObject(refusal)
    expect(await world.does(resume)).toMatchObject({ kind: 'rollback', status: 'completed' })
    await expect(world.does(resume)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })
})

describe('a run that was killed before it did anything', () => {
  it('is done with once it was rolled back: a plain resume does not take it up', async () => {
    plant(2)
    await world.process(migrateAll(), 'journal started after 1')
    const run = world.latest('migrate')
    expect(await world.does(undo(run))).toMatchObject({ status: 'completed', planned: 0 })
    expect(world.runs.summary(run)).toMatchObject({ status: 'rolled back' })
    await expect(world.does(resume)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })
})

describe('a run that was interrupted when nothing of it was left to be done', () => {
  it('is resumed, and done', async () => {
    plant(2)
    await world.process(migrateAll(), 'journal committed after 1')
    const run = world.latest('migrate')
    expect(world.runs.summary(run)).toMatchObject({ status: 'interrupted', remaining: 0 })
    // As an error at the very end leaves it.
    await world.does(async (place) => {
      const store = await place.runs.openToWork(run)
      const counts = { planned: 2, committed: 2, failed: 0, skipped: 0, restored: 0, freed: 0, remaining: 0 }
      store.append([{ step: 'finished', data: { status: 'interrupted', counts, bytes: 0, seconds: 0, finishedAt: 0 } }])
      store.close()
      return Promise.resolve(null)
    })
    expect(await world.does(resume)).toMatchObject({ runId: run, status: 'completed', committed: 2 })
  })
})

describe('the record of another tool that was not read to its end', () => {
  it('is not rolled back in part', async () => {
    plant(3)
    await world.does(migrateAll())
    const moments = await world.process((place) => recover(place, {}))
    for (const moment of moments.filter((one) => !one.startsWith('journal finished'))) {
      await world.process((place) => recover(place, {}), moment)
      const run = world.latest('recover')
      const isWhole = world.runs.with(run, (store) => store.last('planned') !== null)
      const before = world.snapshot()
      const undone = world.does(undo(run))
      if (isWhole) {
        expect(await undone).toMatchObject({ status: 'completed', restored: 3 })
        await world.does(migrateAll())
      } else {
        await expect(undone).rejects.toMatchObject({ code: 'RUN_NOT_STARTABLE' })
        expect(world.snapshot()).toEqual(before)
      }
    }
  })
})

describe('a row that another run has switched', () => {
  /** While its file is being copied somebody else points the row at the object. */
  const overtaken = (change: Parameters<typeof migrateAll>[0]) => {
    const [first] = plant(3)
    if (!first) throw new Error('There is no document.')
    world.database.beforeChange = (changes) => {
      const mine = changes.find(({ id, to }) => id === first.id && to.startsWith('s3://'))
      if (mine) world.database.setPath('documents.file_path', first.id, mine.to)
    }
    return migrateAll({ enableRollback: true, batchSize: 1, ...change })
  }

  it('is no failure to undo a run for, and not one to undo it for when it is resumed', async () => {
    await world.process(overtaken({}), 'journal finished before 1')
    const run = world.latest('migrate')
    expect(world.runs.summary(run)).toMatchObject({ status: 'interrupted', committed: 2, failed: 1, undoing: false })
    const report = await world.does(resume)
    expect(report).toMatchObject({ runId: run, status: 'completed with failures', committed: 2, failed: 1 })
    expect(report.problems).toContainEqual(expect.objectContaining({ code: 'ROW_TAKEN', kind: 'failed', count: 1 }))
  })

  it('stays where it is when the run is rolled back that did not switch it', async () => {
    const { runId } = await world.does(overtaken({ enableRollback: false }))
    const report = await world.does(undo(runId))
    expect(report).toMatchObject({ status: 'completed', restored: 2, skipped: 1, failed: 0, planned: 3 })
    const paths = [...world.database.documentRows.values()].map(({ filePath }) => filePath)
    expect(paths.filter((path) => path.startsWith('s3://'))).toHaveLength(1)
  })

  it('and its object stay, where a rollback was planned before that', async () => {
    const [, second] = plant(2)
    await world.process(migrateAll({ batchSize: 1 }), 'journal verified after 2')
    const run = world.latest('migrate')
    const plan = await planned((place) => prepareUndo(place, run, {}, options))
    await world.does(migrateAll())
    const report = await world.does((place) => resumeRun(place, plan))
    expect(report).toMatchObject({ status: 'completed with failures', restored: 1, failed: 1 })
    expect(world.database.pathOf('documents.file_path', second?.id ?? '')).toBe(`s3://${second?.key ?? ''}`)
    expect(world.keys()).toEqual([second?.key])
  })

  it('goes back with the run that did, whichever of two is rolled back first', async () => {
    for (const inOrder of [true, false]) {
      plant(5)
      const before = world.snapshot()
      await world.process(migrateAll({ batchSize: 1 }), 'journal committed after 2')
      const first = world.latest('migrate')
      const { runId: second, committed } = await world.does(migrateAll())
      expect(committed).toBe(3)
      const restored = new Map<string, number>()
      for (const run of inOrder ? [first, second] : [second, first]) {
        restored.set(run, (await world.does(undo(run))).restored)
      }
      expect([restored.get(first), restored.get(second)]).toEqual([2, 3])
      expect(world.snapshot()).toEqual(before)
    }
  })
})

describe('what verify-state says puts a difference right', () => {
  const documentsOf = (drift: readonly Drift[], remedy: Repair): string[] =>
    drift.filter(({ repair }) => repair === remedy).map(({ documentId }) => documentId)

  const compare = async (run: string): Promise<Drift[]> => {
    const drift: Drift[] = []
    await world.does((place) => checkRun(place, run, { level: 'readback' }, (one) => drift.push(one)))
    return drift
  }

  /** Does what is offered of one kind, as the command line words it. */
  const apply = (run: string, remedy: Repair, documentIds: string[]): Promise<RunReport> => {
    switch (remedy) {
      case 'resume':
        return world.does((place) => resumeRun(place, run))
      case 'rollback':
        return world.does(async (place) => {
          const store = await prepareUndo(place, run, { documentIds }, options)
          return carryOut(place, store).finally(() => store.close())
        })
      case 'migrate':
        return world.does(migrateAll())
      case 're-upload':
      case 'mark-gone':
        return world.does(async (place) => {
          const wanted = { reUpload: remedy === 're-upload', markGone: remedy === 'mark-gone' }
          const { report, isWhole } = await repair(place, run, wanted)
          expect(isWhole).toBe(true)
          return report
        })
      case 'none':
        throw new Error('Nothing is offered.')
    }
  }

  const pointAtObject = (at: number): void => {
    const { id, key } = documents[at] ?? { id: '', key: '' }
    world.database.setPath('documents.file_path', id, `s3://${key}`)
  }
  const goLocal = (at: number): void => {
    const { id, source } = documents[at] ?? { id: '', source: '' }
    world.database.setPath('documents.file_path', id, `/app/uploads/${source}`)
  }
  const loseObject = (at: number): void => void world.bucket.objects.delete(documents[at]?.key ?? '')
  const loseFile = (at: number): void => void world.uploads.entries.delete(documents[at]?.source ?? '')
  const spoilObject = (at: number): void => {
    const object = world.bucket.objects.get(documents[at]?.key ?? '')
    if (object) object.bytes = Buffer.from(object.bytes.toString().toUpperCase())
  }
  const deleteDocument = (at: number): void => world.database.remove(documents[at]?.id ?? '')

  let documents: ReturnType<typeof plant>
  const migrated = async (): Promise<void> => {
    await world.does(migrateAll())
  }
  const killedAt =
    (moment: string, change = {}) =>
    async (): Promise<void> => {
      await world.process(migrateAll({ batchSize: 1, ...change }), moment)
    }
  const undoneInPart = async (): Promise<void> => {
    const { key } = world.addDocument(9)
    const metadata = {}
    world.bucket.objects.set(key, { bytes: Buffer.from('other'), etag: 'x', contentType: 'text/plain', metadata })
    world.database.beforeChange = (changes) => {
      const change = changes.find(({ id, from }) => id === documents[0]?.id && from.startsWith('s3://'))
      if (change) world.database.setPath('documents.file_path', change.id, 's3://elsewhere')
    }
    const { status } = await world.does(migrateAll({ enableRollback: true, batchSize: 1 }))
    expect(status).toBe('rollback incomplete')
    world.database.beforeChange = () => undefined
    pointAtObject(0)
  }
  const doubted = async (): Promise<void> => {
    // The answer of the commit is lost with the lock, and the copy is gone when it is looked at once more.
    world.database.afterChange = () => {
      world.database.afterChange = () => undefined
      loseObject(0)
      throw new MigrateError('LOCK_RENEWED', { message: 'It was lost.', scope: 'run' })
    }
    const { status } = await world.does(migrateAll({ batchSize: 1 }))
    expect(status).toBe('completed with failures')
  }

  const stories: [what: string, moved: () => Promise<void>, meddle: () => unknown][] = [
    ['a row that was put back', migrated, () => goLocal(0)],
    [
      'a row that was put back and its file deleted',
      migrated,
      () => {
        goLocal(0)
        loseFile(0)
      },
    ],
    ['an object that is gone', migrated, () => loseObject(0)],
    ['an object that was damaged', migrated, () => spoilObject(0)],
    ['a document that was deleted', migrated, () => deleteDocument(0)],
    ['a document of an interrupted run that was deleted', killedAt('put after 2'), () => deleteDocument(0)],
    ['a row that was switched and not written down', killedAt('changePaths after 1'), () => undefined],
    ['such a row whose object is gone', killedAt('changePaths after 1'), () => loseObject(0)],
    ['such a row whose object was damaged', killedAt('changePaths after 1'), () => spoilObject(0)],
    ['a copy that is gone before its row was switched', killedAt('journal verified after 1'), () => loseObject(0)],
    [
      'a row of an interrupted run that another has switched',
      killedAt('journal verified after 1'),
      () => pointAtObject(0),
    ],
    ['a row that a run has not got back', undoneInPart, () => undefined],
    ['a row that was switched although its copy was given up', doubted, () => undefined],
    ['what another run has moved since', killedAt('journal committed after 1'), () => world.does(migrateAll())],
    [
      'a run that was copied, and a copy gone',
      () => world.does(migrateAll({ copyOnly: true })).then(() => undefined),
      () => loseObject(1),
    ],
  ]

  it.each(stories)('%s', async (_what, moved, meddle) => {
    documents = plant(3)
    await moved()
    await meddle()
    const run = [...world.runs.summaries()].filter(({ kind }) => kind === 'migrate').at(-1)?.runId ?? ''
    const applied: string[] = []
    for (let round = 0; round < 5; round += 1) {
      const drift = (await compare(run)).filter(({ note }) => !note)
      const [first] = drift
      if (!first) break
      expect(first.repair, `${first.code}: ${first.message}`).not.toBe('none')
      const { failed } = await apply(run, first.repair, documentsOf(drift, first.repair))
      expect(failed, `${first.code} ${first.repair}`).toBe(0)
      applied.push(`${first.code} ${first.repair}`)
    }
    expect(
      (await compare(run)).filter(({ note }) => !note),
      applied.join(', '),
    ).toEqual([])
  })

  it('is refused of a run that has moved nothing', async () => {
    documents = plant(2)
    const { runId } = await world.does(migrateAll())
    const { runId: freed } = await world.does(free(runId, 'quarantine'))
    await expect(compare(freed)).rejects.toMatchObject({ code: 'RUN_NOT_STARTABLE' })
  })
})

describe('a run that could not undo itself', () => {
  it('because the database was lost is interrupted, and a plain resume undoes it', async () => {
    const [first] = plant(3)
    const { key } = world.addDocument(9)
    world.bucket.objects.set(key, { bytes: Buffer.from('other'), etag: 'x', contentType: 'text/plain', metadata: {} })
    const before = world.snapshot()
    world.database.beforeChange = (changes) => {
      if (!changes.some(({ id, from }) => id === first?.id && from.startsWith('s3://'))) return
      throw new MigrateError('DB_LOST', { message: 'The server is gone.', scope: 'run' })
    }
    const report = await world.does(migrateAll({ enableRollback: true, batchSize: 1 }))
    expect([report.status, exitCodeOf(report)]).toEqual(['interrupted', 130])
    expect(world.runs.summary(report.runId)).toMatchObject({ undoing: true })
    world.database.beforeChange = () => undefined
    // It undoes the rest although nobody says once more that it is to.
    const resumed = await world.does((place) => resumeRun(place, report.runId, { change: { enableRollback: false } }))
    expect([resumed.status, exitCodeOf(resumed)]).toEqual(['rolled back', 4])
    expect(world.snapshot()).toEqual(before)
  })

  it('because a row was held says what is left; it is not resumed, and a rollback does the rest', async () => {
    const [first] = plant(3)
    const { key } = world.addDocument(9)
    world.bucket.objects.set(key, { bytes: Buffer.from('other'), etag: 'x', contentType: 'text/plain', metadata: {} })
    const before = world.snapshot()
    world.database.beforeChange = (changes) => {
      if (!changes.some(({ id, from }) => id === first?.id && from.startsWith('s3://'))) return
      throw new MigrateError('ROW_LOCKED', { message: 'It is held.' })
    }
    const report = await world.does(migrateAll({ enableRollback: true, batchSize: 1 }))
    expect([report.status, exitCodeOf(report), report.committed]).toEqual(['rollback incomplete', 1, 1])
    world.database.beforeChange = () => undefined
    await expect(world.does(resume)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
    await expect(world.does((place) => resumeRun(place, report.runId))).rejects.toMatchObject({
      code: 'RUN_NOT_STARTABLE',
    })
    expect(await world.does(undo(report.runId))).toMatchObject({ status: 'completed', failed: 0 })
    expect(world.snapshot()).toEqual(before)
    expect(world.runs.summary(report.runId)).toMatchObject({ status: 'rolled back', undoing: false })
  })
})
