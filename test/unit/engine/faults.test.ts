import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { takeOver } from '../../../src/main/engine/ownership/ownership.ts'
import type { PlanTotals, RunReport } from '../../../src/shared/run.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { userId, World } from '../../fakes/world.ts'

const mebibyte = 1024 ** 2
const lostAnswer = (): never => {
  throw new MigrateError('S3_UNREACHABLE', { message: 'ECONNRESET', scope: 'run', retryable: true })
}
const refused = (): never => {
  throw new MigrateError('S3_REJECTED', { message: 'The service refuses this one.' })
}
const slowDown = (): never => {
  throw new MigrateError('S3_THROTTLED', { message: 'SlowDown', scope: 'run', retryable: true, throttled: true })
}
const denied = (): never => {
  throw new MigrateError('S3_ACCESS_DENIED', { message: '403', scope: 'run' })
}

let world: World
beforeEach(async () => {
  world = await World.open()
})
afterEach(async () => {
  // Whatever a test has done: no row points at something that is not whole.
  expect(world.broken()).toEqual([])
  await world.close()
})

const codes = (report: RunReport): string[] => report.problems.map(({ code, count }) => `${code} ${count}`)
const addsUp = ({ planned, committed, failed, skipped, restored, remaining }: RunReport): boolean =>
  planned === committed + failed + skipped + restored + remaining

describe('a run without faults', () => {
  it('moves documents and their images, and points every row at its object', async () => {
    const documents = [world.addDocument('one'), world.addDocument('two'), world.addDocument(Buffer.alloc(0))]
    const [first] = documents
    if (!first) throw new Error('no document')
    const image = world.addImage(first)
    const report = await world.migrate()
    expect(report).toMatchObject({
      status: 'completed',
      planned: 4,
      committed: 4,
      failed: 0,
      remaining: 0,
      problems: [],
    })
    for (const { id, key } of [...documents, image]) expect(world.pathOf(id)).toBe(`s3://${key}`)
    expect(world.database.pathOf('processed_images.original_image_path', image.id)).toBe(`s3://${first.key}`)
    expect(world.leftOver()).toEqual([])
  })

  it('tells each object its type, its SHA-256, its document and its run', async () => {
    const { id, key } = world.addDocument('content', { mimeType: 'application/pdf' })
    await world.migrate()
    expect(world.bucket.objects.get(key)).toMatchObject({
      contentType: 'application/pdf',
      metadata: {
        'readur-sha256': 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73',
        'readur-document-id': id,
        'readur-run-id': world.store?.header.id,
        'readur-original-path': encodeURIComponent(`/app/uploads/documents/${id}.txt`),
      },
    })
  })

  it('gives an object the neutral type when that of the row may not stand in a header', async () => {
    const { key } = world.addDocument('content', { mimeType: 'text/plain\r\nx-evil: 1' })
    await world.migrate()
    expect(world.bucket.objects.get(key)?.contentType).toBe('application/octet-stream')
  })

  it('moves one file of two rows to a key for each', async () => {
    const { id, path, source } = world.addDocument('shared')
    const other = world.addDocument('shared', { filePath: path })
    world.uploads.entries.delete(other.source)
    const report = await world.migrate()
    expect(report).toMatchObject({ status: 'completed', committed: 2 })
    expect(codes(report)).toEqual(['FILE_SHARED 2'])
    expect(world.pathOf(id)).not.toBe(world.pathOf(other.id))
    expect(world.uploads.entries.has(source)).toBe(true)
  })

  it('does nothing more when it is run again', async () => {
    world.addDocument()
    world.addDocument()
    await world.migrate()
    const calls = world.faults.calls.length
    const report = await world.migrate()
    expect(report).toMatchObject({ status: 'completed', planned: 2, committed: 0, skipped: 2 })
    expect(world.faults.calls.slice(calls).map(({ on }) => on)).toEqual(['check', 'check'])
  })

  it('counts bytes of what was moved', async () => {
    world.addDocument(Buffer.alloc(1000, 1))
    world.addDocument(Buffer.alloc(24, 2))
    expect((await world.migrate()).bytes).toBe(1024)
  })
})

describe('a store that spoils bytes', () => {
  it.each([
    ['a small file', 1_000],
    ['a file that is streamed', 9 * mebibyte],
  ])('%s: the copy is removed, the row untouched, the rest moved', async (_story, size) => {
    const bad = world.addDocument(Buffer.alloc(size, 7))
    world.addDocument('good')
    world.faults.plan({ on: 'put', key: bad.key, corrupt: true, times: Infinity })
    const report = await world.migrate()
    expect(report).toMatchObject({ status: 'completed with failures', committed: 1, failed: 1 })
    expect(codes(report)).toEqual(['VERIFY_FAILED 1'])
    expect(world.pathOf(bad.id)).toBe(bad.path)
    expect(world.leftOver()).toEqual([])
  })

  it.each([
    [
      'it is another run’s by now',
      (key: string) => {
        const object = world.bucket.objects.get(key)
        if (object) object.metadata['readur-run-id'] = 'another run'
      },
    ],
    ['a row holds its path by now', (key: string) => world.database.otherPaths.add(`s3://${key}`)],
  ])('does not make us remove what lies at the key when %s', async (_story, change) => {
    const bad = world.addDocument('content')
    world.faults.plan({ on: 'put', key: bad.key, corrupt: true, after: () => change(bad.key) })
    expect(codes(await world.migrate())).toEqual(['VERIFY_FAILED 1'])
    expect(world.keys()).toEqual([bad.key])
  })

  it('a file in parts: the copy is removed, the row untouched', async () => {
    const bad = world.addDocument(Buffer.alloc(20 * mebibyte, 7))
    world.faults.plan({ on: 'putPart', corrupt: true })
    const report = await world.migrate({ multipartThreshold: 5 * mebibyte })
    expect(codes(report)).toEqual(['VERIFY_FAILED 1'])
    expect(world.pathOf(bad.id)).toBe(bad.path)
    expect(world.leftOver()).toEqual([])
  })

  it('and hides it behind a right ETag: a read-back finds it', async () => {
    for (let n = 0; n < 6; n += 1) world.addDocument(`document ${n}`)
    world.faults.plan({ on: 'get', corrupt: true, times: Infinity })
    const report = await world.migrate({ verify: 'readback' })
    expect(report).toMatchObject({ committed: 0, failed: 6 })
    expect(world.leftOver()).toEqual([])
  })

  it('and hides it behind a right ETag: the first copies show it, even without read-back of all', async () => {
    for (let n = 0; n < 6; n += 1) world.addDocument(`document ${n}`)
    world.faults.plan({ on: 'get', corrupt: true, times: Infinity })
    expect(await world.migrate({ verify: 'head', parallelUploads: 1 })).toMatchObject({ failed: 3, committed: 3 })
  })

  it('whose bad copy cannot be removed: no row points at it, and the report says so', async () => {
    const bad = world.addDocument('content')
    world.faults.plan({ on: 'put', corrupt: true })
    world.faults.plan({ on: 'remove', before: refused, times: Infinity })
    const report = await world.migrate()
    expect(codes(report)).toEqual(['VERIFY_FAILED 1'])
    expect(report.problems[0]?.examples[0]?.message).toMatch(/could not be removed/)
    expect(world.pathOf(bad.id)).toBe(bad.path)
  })
})

describe('a file that is not what it was', () => {
  it('is written to while it is read: nothing of it stays', async () => {
    for (const size of [1_000, 9 * mebibyte, 20 * mebibyte]) world.addDocument(Buffer.alloc(size, 3))
    world.uploads.onRead = (path, position) => {
      if (position === 0) world.uploads.overwrite(path, Buffer.alloc(500, 9))
    }
    const report = await world.migrate({ multipartThreshold: 10 * mebibyte })
    expect(report).toMatchObject({ committed: 0, failed: 3 })
    expect(codes(report)).toEqual(['SOURCE_CHANGED 3'])
    expect(world.leftOver()).toEqual([])
  })

  it('grows while it is read', async () => {
    world.addDocument(Buffer.alloc(9 * mebibyte, 3))
    world.uploads.onRead = (path, position) => {
      if (position > 0) world.uploads.overwrite(path, Buffer.alloc(10 * mebibyte, 3))
    }
    expect(codes(await world.migrate())).toEqual(['SOURCE_CHANGED 1'])
    expect(world.leftOver()).toEqual([])
  })

  it('has the same size and other bytes at the second read: images and files without a hash are read twice', async () => {
    const size = 9 * mebibyte
    world.addDocument(Buffer.alloc(size, 3), { fileHash: null })
    let reads = 0
    world.uploads.onRead = (path, position) => {
      const entry = world.uploads.entries.get(path)
      if (position !== 0 || entry?.kind !== 'file') return
      reads += 1
      // Behind the back of every time stamp.
      if (reads === 2) entry.bytes = Buffer.alloc(size, 4)
    }
    expect(codes(await world.migrate())).toEqual(['SOURCE_CHANGED 1'])
    expect(world.leftOver()).toEqual([])
  })

  it('was replaced after it was planned', async () => {
    const { source } = world.addDocument('content')
    world.addDocument('other')
    world.onPlanned = () => world.uploads.write(source, Buffer.from('cOntent'))
    expect(codes(await world.migrate())).toEqual(['SOURCE_CHANGED 1'])
    expect(world.leftOver()).toEqual([])
  })

  it('vanished after it was planned', async () => {
    const { id, source } = world.addDocument('content')
    world.onPlanned = () => world.uploads.entries.delete(source)
    const report = await world.migrate()
    expect(codes(report)).toEqual(['FILE_MISSING 1'])
    world.uploads.write(source, Buffer.from('content'))
    expect(world.pathOf(id)).not.toMatch(/^s3/)
  })

  it('is damaged: its bytes are not those that were uploaded', async () => {
    const small = world.addDocument('content', { fileHash: '00'.repeat(32) })
    const streamed = world.addDocument(Buffer.alloc(9 * mebibyte), { fileHash: '00'.repeat(32) })
    const report = await world.migrate()
    expect(codes(report)).toEqual(['HASH_MISMATCH 2'])
    expect(world.leftOver()).toEqual([])
    expect(world.faults.calls.some(({ on, key }) => on === 'put' && key === small.key)).toBe(false)
    expect(world.pathOf(streamed.id)).toBe(streamed.path)
  })

  it('is a photograph that Readur turned upright: it is moved as it is, with a note', async () => {
    world.addDocument('turned', { mimeType: 'image/jpeg', fileHash: '00'.repeat(32), fileSize: 99 })
    const report = await world.migrate()
    expect(report).toMatchObject({ status: 'completed', committed: 1 })
    expect(report.problems).toMatchObject([{ code: 'IMAGE_REENCODED', kind: 'note', count: 1 }])
  })
})

describe('answers that never arrive', () => {
  it.each(['put', 'head', 'get'] as const)('to one %s: the document is moved all the same', async (on) => {
    world.addDocument('content')
    world.faults.plan({ on, after: lostAnswer })
    expect(await world.migrate({ verify: 'readback' })).toMatchObject({ status: 'completed', committed: 1 })
    expect(world.leftOver()).toEqual([])
  })

  it('to a streamed put: the object counts as made by this run', async () => {
    const { key } = world.addDocument(Buffer.alloc(9 * mebibyte, 1))
    world.faults.plan({ on: 'put', after: lostAnswer })
    await world.migrate()
    expect(world.store?.last('verified', 1)).toMatchObject({ created: true })
    expect(world.bucket.objects.has(key)).toBe(true)
  })

  it('to the completion of an upload in parts', async () => {
    world.addDocument(Buffer.alloc(20 * mebibyte, 1))
    world.faults.plan({ on: 'completeUpload', after: lostAnswer, times: Infinity })
    expect(await world.migrate({ multipartThreshold: 5 * mebibyte })).toMatchObject({ status: 'completed' })
    expect(world.leftOver()).toEqual([])
  })
})

describe('an object that lies at the key already', () => {
  it('with the same bytes: it is used, and stays whatever happens', async () => {
    const { id, key } = world.addDocument('the same')
    world.addObject(key, 'the same')
    const report = await world.migrate()
    expect(report).toMatchObject({ status: 'completed', committed: 1 })
    expect(world.pathOf(id)).toBe(`s3://${key}`)
    expect(world.store?.last('verified', 1)).toMatchObject({ created: false })
    expect(world.faults.calls.some(({ on }) => on === 'put')).toBe(false)
  })

  it('with the same bytes and an ETag that says nothing: it is read back', async () => {
    const { key } = world.addDocument('the same')
    world.addObject(key, 'the same')
    const object = world.bucket.objects.get(key)
    if (object) object.etag = 'something-of-the-service'
    expect(await world.migrate()).toMatchObject({ status: 'completed', committed: 1 })
    expect(world.store?.last('verified', 1)).toMatchObject({ evidence: 'readback' })
  })

  it.each([
    ['of another length', 'somebody else needs this'],
    ['of the same length', 'THE SAME'],
  ])('with other bytes %s: it stays, and the row too', async (_story, content) => {
    const { id, key, path } = world.addDocument('the same')
    world.addObject(key, content)
    const report = await world.migrate()
    expect(codes(report)).toEqual(['OBJECT_DIFFERS 1'])
    expect(world.pathOf(id)).toBe(path)
  })

  it('that appears between the look and the write: it stays, and the row too', async () => {
    for (let n = 0; n < 5; n += 1) world.addDocument(`before ${n}`)
    const { id, key, path } = world.addDocument('mine')
    world.faults.plan({ on: 'put', key, before: () => world.addObject(key, 'somebody was faster') })
    const report = await world.migrate()
    expect(codes(report)).toEqual(['OBJECT_DIFFERS 1'])
    expect(world.pathOf(id)).toBe(path)
  })

  it('is found although nobody looks first once the store is known to refuse to overwrite', async () => {
    for (let n = 0; n < 20; n += 1) world.addDocument(`document ${n}`)
    const { key } = world.addDocument('mine')
    world.addObject(key, 'theirs')
    const report = await world.migrate({ parallelUploads: 1 })
    expect(codes(report)).toEqual(['OBJECT_DIFFERS 1'])
    expect(report.committed).toBe(20)
  })
})

describe('a service whose ETags say nothing of the bytes, as with a key of KMS', () => {
  const downloads = (): number => world.faults.calls.filter(({ on }) => on === 'get').length
  /** Read back whatever is known of them: a store that spoils bytes shows at once. */
  const always = 3

  async function copied(): Promise<ReturnType<World['addDocument']>[]> {
    world.bucket.opaqueEtags = true
    const documents = Array.from({ length: 20 }, (_, n) => world.addDocument(`document ${n}`))
    expect(await world.migrate({ copyOnly: true })).toMatchObject({ status: 'copied', copied: 20 })
    expect(downloads()).toBe(20)
    world.faults.calls.length = 0
    return documents
  }

  it('has its copies read back once: a cutover trusts what is still as it was read', async () => {
    await copied()
    expect(await world.resume()).toMatchObject({ status: 'completed', committed: 20 })
    expect(downloads()).toBe(always)
    expect(world.faults.calls.some(({ on }) => on === 'put')).toBe(false)
  })

  it('has a copy read again that was written since, even with the same bytes and ETag', async () => {
    const { key } = (await copied())[10] ?? expect.unreachable()
    const object = world.bucket.objects.get(key)
    if (object) world.bucket.objects.set(key, { ...object })
    expect(await world.resume()).toMatchObject({ status: 'completed', committed: 20 })
    expect(world.faults.calls.filter((call) => call.on === 'get' && call.key === key)).toHaveLength(1)
  })

  it('shows no document that was replaced after its copy was verified', async () => {
    const { id, key, path } = (await copied())[10] ?? expect.unreachable()
    const object = world.bucket.objects.get(key)
    // As long as the document, under the ETag of the copy.
    if (object) world.bucket.objects.set(key, { ...object, bytes: Buffer.alloc(object.bytes.length, 1) })
    expect(await world.resume()).toMatchObject({ status: 'completed with failures', committed: 19, failed: 1 })
    expect(world.pathOf(id)).toBe(path)
  })
})

describe('a service that asks for fewer requests', () => {
  it('gets fewer, and all documents arrive', async () => {
    for (let n = 0; n < 6; n += 1) world.addDocument(`document ${n}`)
    world.faults.plan({ on: 'put', before: slowDown, times: 2 })
    expect(await world.migrate()).toMatchObject({ status: 'completed', committed: 6 })
    expect(world.limit.current).toBeLessThan(4)
  })

  it('for too long: the run ends, unbroken and resumable', async () => {
    for (let n = 0; n < 6; n += 1) world.addDocument(`document ${n}`)
    world.faults.plan({ on: 'put', before: slowDown, times: Infinity })
    const report = await world.migrate()
    expect(report).toMatchObject({ status: 'interrupted', committed: 0, failed: 0, remaining: 6 })
    expect(codes(report)).toEqual(['S3_THROTTLED 1'])
  })
})

describe('an error that concerns the whole run', () => {
  it('ends it; what was verified before is committed, and the rest can be done by another run', async () => {
    const documents = Array.from({ length: 10 }, (_, n) => world.addDocument(`document ${n}`))
    world.faults.plan({ on: 'put', key: documents[5]?.key ?? '', before: denied })
    const report = await world.migrate()
    expect(report.status).toBe('interrupted')
    expect(report.problems).toMatchObject([{ code: 'S3_ACCESS_DENIED', kind: 'run' }])
    expect(report.committed).toBeGreaterThan(0)
    expect(addsUp(report)).toBe(true)
    const moved = documents.filter(({ id, key }) => world.pathOf(id) === `s3://${key}`)
    expect(moved).toHaveLength(report.committed)

    const second = await world.migrate()
    expect(second).toMatchObject({ status: 'completed', skipped: report.committed, committed: 10 - report.committed })
    expect(world.leftOver()).toEqual([])
  })

  it('in the database: no row is changed any more, and no copy is taken away that a row may need', async () => {
    for (let n = 0; n < 10; n += 1) world.addDocument(`document ${n}`)
    let transactions = 0
    world.database.afterChange = () => {
      transactions += 1
      if (transactions > 1) throw new MigrateError('DB_LOST', { message: 'gone', scope: 'run' })
    }
    const report = await world.migrate({ batchSize: 3 })
    expect(report).toMatchObject({ status: 'interrupted', committed: 3 })
    expect(addsUp(report)).toBe(true)
    expect(world.bucket.objects.size).toBeGreaterThanOrEqual(6)
    world.database.afterChange = () => undefined
    expect(await world.migrate()).toMatchObject({ status: 'completed' })
  })

  it('in the journal: nothing is done that could not be recorded', async () => {
    for (let n = 0; n < 5; n += 1) world.addDocument(`document ${n}`)
    world.onPlanned = () =>
      world.store?.query
        .prepare(
          `CREATE TRIGGER full BEFORE INSERT ON journal WHEN NEW.step = 'commit-intent'
         BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
        )
        .run()
    const report = await world.migrate({ batchSize: 2 })
    expect(report).toMatchObject({ status: 'interrupted', committed: 0 })
    expect(report.problems[0]?.code).toBe('INTERNAL')
    for (const [id] of world.database.documentRows) expect(world.pathOf(id)).not.toMatch(/^s3/)
  })

  it('that is found by the checks before it: nothing is started', async () => {
    world.addDocument()
    world.database.known.missing = ['documents.file_hash']
    await expect(world.migrate()).rejects.toMatchObject({ code: 'DB_NOT_READUR' })
    expect(world.store).toBeNull()
    expect(world.faults.calls).toEqual([])
  })

  it('another run on the same database: nothing is started', async () => {
    world.addDocument()
    const lock = await world.database.lock(new AbortController().signal)
    await expect(world.migrate()).rejects.toMatchObject({ code: 'DB_BUSY' })
    await lock.release()
    expect(world.bucket.objects.size).toBe(0)
    expect(await world.migrate()).toMatchObject({ status: 'completed' })
  })
})

describe('rows that others change while a run goes on', () => {
  it('deleted between plan and commit: reported, and the copy is taken away again', async () => {
    const gone = world.addDocument('soon gone')
    const stays = world.addDocument('stays')
    world.faults.plan({ on: 'put', key: gone.key, after: () => world.database.remove(gone.id) })
    const report = await world.migrate()
    expect(report).toMatchObject({ status: 'completed with failures', committed: 1, failed: 1 })
    expect(codes(report)).toEqual(['ROW_VANISHED 1'])
    expect(world.pathOf(stays.id)).toBe(`s3://${stays.key}`)
    expect(world.leftOver()).toEqual([])
  })

  it('deleted with their file, as Readur does it, before that was read: reported as deleted, not as lost', async () => {
    const gone = world.addDocument('soon gone')
    world.addDocument('stays')
    world.onPlanned = () => {
      world.database.remove(gone.id)
      world.uploads.entries.delete(gone.source)
    }
    expect(codes(await world.migrate())).toEqual(['ROW_VANISHED 1'])
    expect(world.leftOver()).toEqual([])
  })

  it('pointed elsewhere between plan and commit: left as they are now, and the copy is taken away again', async () => {
    const moved = world.addDocument('moved')
    world.faults.plan({
      on: 'put',
      key: moved.key,
      after: () => {
        world.uploads.write(`documents/new.txt`, Buffer.from('moved'))
        world.database.setPath('documents.file_path', moved.id, '/app/uploads/documents/new.txt')
      },
    })
    const report = await world.migrate()
    expect(codes(report)).toEqual(['ROW_CHANGED 1'])
    expect(report.problems[0]?.examples[0]?.message).toContain('/app/uploads/documents/new.txt')
    expect(world.pathOf(moved.id)).toBe('/app/uploads/documents/new.txt')
    expect(world.leftOver()).toEqual([])
    world.database.setPath('documents.file_path', moved.id, moved.path)
  })

  it('the copy stays when any other row names it', async () => {
    const gone = world.addDocument('soon gone')
    world.database.otherPaths.add(`s3://${gone.key}`)
    world.faults.plan({ on: 'put', key: gone.key, after: () => world.database.remove(gone.id) })
    await world.migrate()
    expect(world.bucket.objects.has(gone.key)).toBe(true)
  })

  it('one that the database refuses takes none of its batch with it', async () => {
    const documents = Array.from({ length: 9 }, (_, n) => world.addDocument(`document ${n}`))
    const bad = documents[4]
    world.database.beforeChange = (changes) => {
      if (!changes.some(({ id }) => id === bad?.id)) return
      throw new MigrateError('ROW_LOCKED', { message: 'It is locked.' })
    }
    const report = await world.migrate()
    expect(report).toMatchObject({ status: 'completed with failures', committed: 8, failed: 1 })
    expect(codes(report)).toEqual(['ROW_LOCKED 1'])
    expect(world.pathOf(bad?.id ?? '')).toBe(bad?.path)
  })
})

describe('a run that sleeps and loses its lock', () => {
  it('switches no row to a bucket that another database has taken over since', async () => {
    const { id, path } = world.addDocument('one')
    const other = new MemoryDatabase({ identity: 'memory/2', label: 'elsewhere' })
    const { instance } = await other.facts(world.stop.now)
    const lock = await other.lock(world.stop.now)
    let sleeps = 1
    world.database.beforeChange = async () => {
      if (sleeps-- !== 1) return
      await takeOver({ objects: world.bucket, lock, instance, signal: world.stop.now })
      throw new MigrateError('LOCK_RENEWED', { message: 'The lock was lost and taken again.', scope: 'run' })
    }
    const report = await world.migrate()
    expect(report).toMatchObject({ status: 'interrupted', committed: 0 })
    expect(codes(report)).toContain('BUCKET_CLAIMED 1')
    expect(world.pathOf(id)).toBe(path)
  })
})

describe('failures that come one after the other', () => {
  it('end the run when they are no accident: the rest stays for another one', async () => {
    for (let n = 0; n < 40; n += 1) world.addDocument(`document ${n}`)
    world.faults.plan({ on: 'put', before: refused, times: Infinity })
    const report = await world.migrate()
    expect(report).toMatchObject({ status: 'interrupted', committed: 0 })
    expect(report.failed).toBeLessThan(30)
    expect(report.remaining).toBeGreaterThan(10)
    expect(addsUp(report)).toBe(true)
    expect(report.problems[0]).toMatchObject({ code: 'S3_REJECTED', kind: 'run' })
  })

  it('do not when others succeed in between', async () => {
    for (let n = 0; n < 60; n += 1) {
      const { key } = world.addDocument(`document ${n}`)
      if (n % 10 !== 0) world.faults.plan({ on: 'put', key, before: refused, times: Infinity })
    }
    const report = await world.migrate({ parallelUploads: 1 })
    expect(report).toMatchObject({ status: 'completed with failures', committed: 6, failed: 54 })
  })

  it('do not when each file is damaged for itself', async () => {
    for (let n = 0; n < 40; n += 1) world.addDocument(`document ${n}`, { fileHash: '00'.repeat(32) })
    expect(await world.migrate()).toMatchObject({ status: 'completed with failures', failed: 40 })
  })
})

describe('two images that would get one key', () => {
  it('only the first file gets it; the other is reported and left alone', async () => {
    const document = world.addDocument('scan')
    const first = world.addImage(document)
    const second = world.addImage(document)
    const name = first.key.split('/').at(-1) ?? ''
    world.uploads.write(`processed_images/old/${name}`, Buffer.from('another image'))
    const path = `/app/uploads/processed_images/old/${name}`
    world.database.setPath('processed_images.processed_image_path', second.id, path)
    const report = await world.migrate()
    expect(codes(report)).toEqual(['KEY_TAKEN 1'])
    expect(world.pathOf(first.id)).toBe(`s3://${first.key}`)
    expect(world.pathOf(second.id)).toBe(path)
    world.database.imageRows.delete(second.id)
  })
})

describe('what is durable before it is done', () => {
  it('every write to the bucket and every change of a row', async () => {
    const small = world.addDocument('small')
    const large = world.addDocument(Buffer.alloc(20 * mebibyte, 1))
    const seen: string[] = []
    const look = (call: string) => (): void => {
      const steps = world.store?.query.prepare('SELECT DISTINCT step FROM journal ORDER BY id').all() ?? []
      seen.push(`${call}: ${steps.map((row) => String(Reflect.get(Object(row), 'step'))).join(' ')}`)
    }
    world.faults.plan({ on: 'put', key: small.key, before: look('put') })
    world.faults.plan({ on: 'createUpload', key: large.key, before: look('createUpload') })
    world.faults.plan({ on: 'putPart', key: large.key, before: look('putPart') })
    world.database.beforeChange = look('commit')
    await world.migrate({ multipartThreshold: 5 * mebibyte, batchSize: 2 })
    expect(seen.find((line) => line.startsWith('put:'))).toContain('send-intent')
    expect(seen.find((line) => line.startsWith('createUpload:'))).toContain('send-intent')
    expect(seen.find((line) => line.startsWith('putPart:'))).toContain('multipart-intent')
    expect(seen.find((line) => line.startsWith('commit:'))).toMatch(/verified.* commit-intent/)
  })
})

describe('what the plan counts', () => {
  it('adds up, and blocked documents are failures of the run', async () => {
    world.addDocument('fine')
    world.addDocument('nobody', { userId: null })
    const lost = world.addDocument('lost')
    world.uploads.entries.delete(lost.source)
    world.addDocument('on S3', { filePath: `s3://documents/${userId}/2024/05/x.txt` })
    const totals: Omit<PlanTotals, 'items'>[] = []
    world.progress = { ...world.progress, planned: (more) => totals.push(more) }
    const report = await world.migrate()
    expect(report).toMatchObject({
      status: 'completed with failures',
      documents: 4,
      planned: 4,
      committed: 1,
      failed: 2,
      skipped: 1,
    })
    expect(totals).toEqual([{ documents: 4, items: 4, move: 1, skip: 1, blocked: 2, bytes: 4 }])
    world.uploads.write(lost.source, Buffer.from('lost'))
  })
})
