import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { World, type PlantedDocument } from '../../fakes/world.ts'

const refused = (): never => {
  throw new MigrateError('S3_REJECTED', { message: 'The service refuses this one.' })
}

let world: World
beforeEach(async () => {
  world = await World.open()
})
afterEach(async () => {
  expect(world.broken()).toEqual([])
  await world.close()
})

/** Nine good documents, and a last one that the store refuses. */
function plantFailure(): { good: PlantedDocument[]; bad: PlantedDocument } {
  const good = Array.from({ length: 9 }, (_, n) => world.addDocument(`document ${n}`))
  const bad = world.addDocument('refused')
  world.faults.plan({ on: 'put', key: bad.key, before: refused, times: Infinity })
  return { good, bad }
}

/** Batches of one: rows are committed as soon as they are verified. */
const undo = { enableRollback: true, batchSize: 1 }

describe('a failed run that is to be undone', () => {
  it('points all rows back and takes all its objects away', async () => {
    const { good } = plantFailure()
    const image = world.addImage(good[0] ?? plantFailure().bad)
    const report = await world.migrate(undo)
    expect(report.status).toBe('rolled back')
    expect(report).toMatchObject({ committed: 0, failed: 1 })
    expect(report.restored).toBeGreaterThan(0)
    expect(report.restored + report.remaining).toBe(10)
    for (const { id, path } of good) expect(world.pathOf(id)).toBe(path)
    expect(world.pathOf(image.id)).toMatch(/^\/app/)
    expect(world.database.pathOf('processed_images.original_image_path', image.id)).toBe(good[0]?.path)
    expect(world.keys().length).toBe(0)
  })

  it('has written that a row goes back before it goes back, and that an object goes before it goes', async () => {
    plantFailure()
    const steps = (): string[] =>
      (world.store?.query.prepare('SELECT step FROM journal ORDER BY id').all() ?? []).map((row) =>
        String(Reflect.get(Object(row), 'step')),
      )
    const atUndo: string[][] = []
    const atRemoval: string[][] = []
    world.database.beforeChange = (changes) => {
      if (changes[0]?.from.startsWith('s3://')) atUndo.push(steps())
    }
    world.faults.plan({ on: 'remove', before: () => atRemoval.push(steps()), times: Infinity })
    await world.migrate(undo)
    expect(atUndo.length).toBeGreaterThan(0)
    for (const seen of atUndo) expect(seen.at(-1)).toBe('restore-intent')
    expect(atRemoval.length).toBeGreaterThan(0)
    for (const seen of atRemoval) expect(seen).toContain('remove-intent')
    for (const seen of atRemoval) expect(seen.indexOf('restore-intent')).toBeLessThan(seen.indexOf('remove-intent'))
  })

  it('keeps identical objects that were there before', async () => {
    const { good } = plantFailure()
    const kept = good[2]
    if (!kept) throw new Error('no document')
    world.addObject(kept.key, 'document 2')
    expect(await world.migrate(undo)).toMatchObject({ status: 'rolled back' })
    expect(world.keys()).toEqual([kept.key])
    expect(world.pathOf(kept.id)).toBe(kept.path)
  })

  it('keeps an object that bears the mark of another database, though this run’s name is on it', async () => {
    const { good } = plantFailure()
    const key = good[2]?.key ?? ''
    world.database.beforeChange = (changes) => {
      const object = world.bucket.objects.get(key)
      if (object && changes[0]?.from.startsWith('s3://')) object.metadata['readur-database'] = '0123456789abcdef'
    }
    await world.migrate(undo)
    expect(world.keys()).toEqual([key])
  })

  it('fetches the local file of a document that is gone from the disk, and then puts its row back', async () => {
    const { good } = plantFailure()
    const gone = good[1]
    if (!gone) throw new Error('no document')
    world.database.afterChange = (changes) => {
      if (changes.some(({ id, to }) => id === gone.id && to.startsWith('s3://')))
        world.uploads.entries.delete(gone.source)
    }
    expect(await world.migrate(undo)).toMatchObject({ status: 'rolled back', committed: 0 })
    expect(world.pathOf(gone.id)).toBe(gone.path)
    expect(world.contentOf(gone.source)).toBe('document 1')
    expect(world.leftOver()).toEqual([])
  })

  it('keeps the row and the object of a document that can be had neither from the disk nor from the bucket', async () => {
    const { good } = plantFailure()
    const gone = good[1]
    if (!gone) throw new Error('no document')
    world.database.afterChange = (changes) => {
      if (!changes.some(({ id, to }) => id === gone.id && to.startsWith('s3://'))) return
      world.uploads.entries.delete(gone.source)
      world.faults.plan({ on: 'get', key: gone.key, before: refused, times: Infinity })
    }
    const report = await world.migrate(undo)
    expect(report).toMatchObject({ status: 'rollback incomplete', committed: 1 })
    const [blocked] = report.problems.filter(({ code }) => code === 'ROLLBACK_BLOCKED')
    expect(blocked?.examples[0]?.message).toMatch(/Nothing lies|absent/)
    expect(blocked?.examples[0]?.message).toMatch(/service refuses/)
    expect(world.pathOf(gone.id)).toBe(`s3://${gone.key}`)
    expect(world.bucket.objects.has(gone.key)).toBe(true)
  })

  it('puts a local file with other content aside, and the document in its place', async () => {
    const { good } = plantFailure()
    const other = good[1]
    if (!other) throw new Error('no document')
    world.database.afterChange = (changes) => {
      if (changes.some(({ id, to }) => id === other.id && to.startsWith('s3://')))
        world.uploads.overwrite(other.source, Buffer.from('DOCUMENT 1'))
    }
    expect(await world.migrate(undo)).toMatchObject({ status: 'rolled back', committed: 0 })
    expect(world.pathOf(other.id)).toBe(other.path)
    expect(world.contentOf(other.source)).toBe('document 1')
    expect(world.contentOf(`quarantine/${world.store?.header.id ?? ''}/${other.source}`)).toBe('DOCUMENT 1')
  })

  it('goes back to a local file that was touched but holds the same bytes', async () => {
    const { good } = plantFailure()
    const touched = good[1]
    if (!touched) throw new Error('no document')
    world.database.afterChange = (changes) => {
      if (changes.some(({ id, to }) => id === touched.id && to.startsWith('s3://')))
        world.uploads.overwrite(touched.source, Buffer.from('document 1'))
    }
    expect(await world.migrate(undo)).toMatchObject({ status: 'rolled back' })
  })

  it('leaves a row alone that somebody changed after its commit, and its object too', async () => {
    const { good } = plantFailure()
    const changed = good[1]
    if (!changed) throw new Error('no document')
    world.database.afterChange = (changes) => {
      if (!changes.some(({ id, to }) => id === changed.id && to.startsWith('s3://'))) return
      world.database.setPath('documents.file_path', changed.id, 'somewhere/else.txt')
    }
    expect(await world.migrate(undo)).toMatchObject({ status: 'rollback incomplete' })
    expect(world.pathOf(changed.id)).toBe('somewhere/else.txt')
    expect(world.bucket.objects.has(changed.key)).toBe(true)
    world.database.setPath('documents.file_path', changed.id, changed.path)
  })

  it('takes a document for done that was deleted after its commit', async () => {
    const { good } = plantFailure()
    world.database.afterChange = (changes) => {
      if (changes.some(({ id }) => id === good[1]?.id)) world.database.remove(good[1]?.id ?? '')
    }
    expect(await world.migrate(undo)).toMatchObject({ status: 'rolled back' })
    expect(world.keys().length).toBe(0)
  })

  it('undoes all but the one row that is locked', async () => {
    const { good } = plantFailure()
    const held = good[3]
    if (!held) throw new Error('no document')
    world.database.beforeChange = (changes) => {
      if (!changes.some(({ id, from }) => id === held.id && from.startsWith('s3://'))) return
      throw new MigrateError('ROW_LOCKED', { message: 'It is locked.' })
    }
    const report = await world.migrate(undo)
    expect(report).toMatchObject({ status: 'rollback incomplete', committed: 1 })
    expect(world.pathOf(held.id)).toBe(`s3://${held.key}`)
    for (const { id, path } of good.filter((document) => document !== held)) expect(world.pathOf(id)).toBe(path)
    expect(world.leftOver()).toEqual([])
  })

  it('is whole where it stops when the database is lost in the middle', async () => {
    plantFailure()
    world.database.beforeChange = (changes) => {
      if (!changes[0]?.from.startsWith('s3://')) return
      throw new MigrateError('DB_LOST', { message: 'gone', scope: 'run' })
    }
    const report = await world.migrate(undo)
    expect(report.status).toBe('interrupted')
    expect(report.committed).toBeGreaterThan(0)
    expect(world.keys().length).toBeGreaterThanOrEqual(report.committed)
  })

  it('keeps an object that cannot be removed, and says so; too much data is no harm', async () => {
    plantFailure()
    world.faults.plan({ on: 'remove', before: refused, times: Infinity })
    expect(await world.migrate(undo)).toMatchObject({ status: 'rollback incomplete', committed: 0 })
    expect(world.keys().length).toBeGreaterThan(0)
    expect(world.store?.last('remove-failed')).toMatchObject({ code: 'OBJECT_LEFT' })
  })

  it('is not undone when it was the user who stopped it', async () => {
    const { good } = plantFailure()
    world.database.afterChange = () => world.stop.request('in order')
    const report = await world.migrate(undo)
    expect(report.status).toBe('interrupted')
    expect(good.some(({ id, key }) => world.pathOf(id) === `s3://${key}`)).toBe(true)
  })

  it('is not undone for documents that the plan has ruled out already', async () => {
    world.addDocument('fine')
    world.addDocument('nobody', { userId: null })
    expect(await world.migrate(undo)).toMatchObject({ status: 'completed with failures', committed: 1, failed: 1 })
  })

  it('is not undone unless that was asked for', async () => {
    plantFailure()
    expect(await world.migrate({ enableRollback: false })).toMatchObject({
      status: 'completed with failures',
      committed: 9,
      failed: 1,
    })
  })

  it('can be run again afterwards, to the end', async () => {
    const { good, bad } = plantFailure()
    await world.migrate(undo)
    world.faults.end()
    const report = await world.migrate(undo)
    expect(report).toMatchObject({ status: 'completed', committed: 10 })
    for (const { id, key } of [...good, bad]) expect(world.pathOf(id)).toBe(`s3://${key}`)
  })
})
