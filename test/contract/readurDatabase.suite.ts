import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DocumentRow, PathChange, PathColumn, ReadurDatabase, RunLock } from '../../src/main/engine/ports.ts'
import { StopControl } from '../../src/main/engine/stop.ts'

export type NewDocument = Partial<Omit<DocumentRow, 'images'>>
export interface NewImage {
  id: string
  processedPath: string
  originalPath: string
}

/** Readur's side of the database, seen past the port. All of it may be awaited. */
export interface DatabaseHarness {
  database: ReadurDatabase
  addUser: () => Promise<string>
  /** Returns the document's id. */
  addDocument: (row: NewDocument) => Promise<string>
  addImage: (documentId: string, image: NewImage) => unknown
  /** A path that another table holds. */
  addOtherPath: (path: string) => unknown
  /** Puts a document into the OCR queue, as pending where nothing is said. */
  queueForOcr: (documentId: string, status?: 'pending' | 'processing') => unknown
  setPath: (column: PathColumn, id: string, path: string) => unknown
  pathOf: (column: PathColumn, id: string) => Promise<string | undefined> | string | undefined
  remove: (documentId: string) => unknown
  close: () => unknown
}

const never = new AbortController().signal
const s3 = (name: string): string => `s3://documents/user/2024/05/${name}`

/** A change of a document's path. */
const change = (id: string, from: string, to: string, followers: PathChange['followers'] = []): PathChange => ({
  column: 'documents.file_path',
  id,
  from,
  to,
  followers,
})

/** What every Readur database behind the port has to do. */
export function readurDatabaseSuite(name: string, open: () => Promise<DatabaseHarness>): void {
  describe(`the database port on ${name}`, () => {
    let harness: DatabaseHarness
    let database: ReadurDatabase
    beforeEach(async () => {
      harness = await open()
      database = harness.database
    })
    afterEach(async () => {
      await harness.close()
    })

    const read = async (filter: { userId?: string } = {}): Promise<DocumentRow[]> => {
      const rows: DocumentRow[] = []
      for await (const page of database.documents(filter, never)) rows.push(...page)
      return rows
    }
    const locked = async <T>(work: (lock: RunLock) => Promise<T>): Promise<T> => {
      const lock = await database.lock(never)
      try {
        return await work(lock)
      } finally {
        await lock.release()
      }
    }

    it('says what it is, and that nothing is amiss', async () => {
      await expect(database.facts(never)).resolves.toMatchObject({
        missing: [],
        notUpdatable: [],
        s3Sources: [],
        ocrPending: 0,
      })
    })

    it('counts where the documents are', async () => {
      const userId = await harness.addUser()
      await harness.addDocument({ userId, fileSize: 5_000_000_000 })
      await harness.addDocument({ userId, fileSize: 7 })
      await harness.addDocument({ userId, filePath: s3('a.pdf'), fileSize: 11 })
      await harness.addDocument({ userId: null, fileSize: 13 })
      await harness.addDocument({ userId, filePath: '', fileSize: 17 })
      await expect(database.counts(never)).resolves.toEqual({
        local: 4,
        onS3: 1,
        stuck: 2,
        localBytes: 5_000_000_037,
      })
    })

    it('counts none where there is none', async () => {
      await expect(database.counts(never)).resolves.toEqual({ local: 0, onS3: 0, stuck: 0, localBytes: 0 })
    })

    it('gives every document with all that a plan needs', async () => {
      const userId = await harness.addUser()
      const row = {
        userId,
        filename: 'Übergröße (1).PDF',
        filePath: '/app/uploads/documents/a.PDF',
        fileSize: 5_000_000_000,
        fileHash: 'ab'.repeat(32),
        mimeType: 'application/pdf',
        createdAt: Date.UTC(2023, 11, 31, 23, 59, 59, 999),
      }
      const id = await harness.addDocument(row)
      expect(await read()).toEqual([{ ...row, id, images: [] }])
    })

    it('gives null for what a document does not have', async () => {
      const row = { userId: null, fileHash: null, createdAt: null }
      await harness.addDocument(row)
      expect(await read()).toMatchObject([row])
    })

    it('gives each document with its own processed images', async () => {
      const userId = await harness.addUser()
      const [with2, without, with1] = [
        await harness.addDocument({ userId }),
        await harness.addDocument({ userId }),
        await harness.addDocument({ userId }),
      ]
      const image = (n: number): NewImage => ({
        id: randomUUID(),
        processedPath: `/app/uploads/processed_images/${n}.png`,
        originalPath: `/app/uploads/documents/${n}.png`,
      })
      const images = [image(1), image(2), image(3)] as const
      await harness.addImage(with2, images[0])
      await harness.addImage(with2, images[1])
      await harness.addImage(with1, images[2])
      const rows = new Map((await read()).map((row) => [row.id, row.images]))
      expect(rows.get(with2)).toHaveLength(2)
      expect(rows.get(with2)).toEqual(expect.arrayContaining([images[0], images[1]]))
      expect(rows.get(without)).toEqual([])
      expect(rows.get(with1)).toEqual([images[2]])
    })

    it('gives only the documents of one user when asked to', async () => {
      const [anna, bert] = [await harness.addUser(), await harness.addUser()]
      const ids = [await harness.addDocument({ userId: anna }), await harness.addDocument({ userId: anna })]
      await harness.addDocument({ userId: bert })
      await harness.addDocument({ userId: null })
      expect((await read({ userId: anna })).map((row) => row.id).sort()).toEqual(ids.sort())
      expect(await read({ userId: randomUUID() })).toEqual([])
    })

    it('gives nothing of an empty database', async () => {
      expect(await read()).toEqual([])
    })

    it('stops reading when it is told to', async () => {
      await harness.addDocument({})
      const stop = new StopControl()
      stop.request('now')
      const reading = (async () => {
        for await (const page of database.documents({}, stop.now)) expect(page).toEqual('never')
      })()
      await expect(reading).rejects.toMatchObject({ code: 'INTERRUPTED' })
    })

    describe('looking up documents by id', () => {
      it('gives each of those asked for as a reading of all documents gives it', async () => {
        const userId = await harness.addUser()
        const ids = [
          await harness.addDocument({ userId, filename: 'Übergröße.PDF', fileHash: 'ab'.repeat(32), createdAt: 5_000 }),
          await harness.addDocument({ userId: null, fileHash: null, createdAt: null }),
          await harness.addDocument({ userId }),
        ] as const
        for (const n of [1, 2]) {
          const image = { id: randomUUID(), processedPath: `${n}.png`, originalPath: 'a.png' }
          await harness.addImage(ids[0], image)
        }
        const wanted = [ids[0], ids[1]]
        const all = await read()
        const byId = (rows: DocumentRow[]): unknown =>
          new Map(rows.map(({ images, ...row }) => [row.id, { ...row, images: new Set(images) }]))
        const found = await database.documentsById(wanted, never)
        expect(found).toHaveLength(2)
        expect(byId(found)).toEqual(byId(all.filter(({ id }) => id !== ids[2])))
      })

      it('gives nothing for those that do not exist, and each once', async () => {
        const [id, gone] = [await harness.addDocument({}), await harness.addDocument({})]
        await harness.remove(gone)
        const ids = [gone, randomUUID(), id, id, 'environment', '', `${id}x`, "' OR true --"]
        expect((await database.documentsById(ids, never)).map((row) => row.id)).toEqual([id])
        expect(await database.documentsById([], never)).toEqual([])
      })

      it('gives them as they are at that moment', async () => {
        const id = await harness.addDocument({ filePath: 'a.txt' })
        const pathNow = async (): Promise<string | undefined> =>
          (await database.documentsById([id], never))[0]?.filePath
        expect(await pathNow()).toBe('a.txt')
        await harness.setPath('documents.file_path', id, s3('a.txt'))
        expect(await pathNow()).toBe(s3('a.txt'))
        await harness.remove(id)
        expect(await pathNow()).toBeUndefined()
      })

      it('answers many at once, each with its own', async () => {
        const ids: string[] = []
        for (let n = 0; n < 20; n += 1) ids.push(await harness.addDocument({}))
        const found = await Promise.all(ids.map((id) => database.documentsById([id], never)))
        expect(found.map((rows) => rows.map((row) => row.id))).toEqual(ids.map((id) => [id]))
      })

      it('gives nothing after a stop, and goes on for those who were not stopped', async () => {
        const id = await harness.addDocument({})
        const stop = new StopControl()
        stop.request('now')
        await expect(database.documentsById([id], stop.now)).rejects.toMatchObject({ code: 'INTERRUPTED' })
        await expect(database.awaitingOcr([id], stop.now)).rejects.toMatchObject({ code: 'INTERRUPTED' })
        await expect(database.documentsById([id], never)).resolves.toHaveLength(1)
      })
    })

    it('names users, and nobody who is not there', async () => {
      const user = await harness.addUser()
      await harness.addUser()
      expect(await database.userNames([user, randomUUID(), 'no id'], never)).toEqual(new Map([[user, user]]))
      expect(await database.userNames([], never)).toEqual(new Map())
    })

    it('says which documents an OCR worker may be about to read', async () => {
      const [pending, processing, done, other] = [
        await harness.addDocument({}),
        await harness.addDocument({}),
        await harness.addDocument({}),
        await harness.addDocument({}),
      ]
      await harness.queueForOcr(pending)
      await harness.queueForOcr(processing, 'processing')
      await harness.queueForOcr(other)
      const asked = [pending, processing, done, randomUUID(), 'no id']
      expect(await database.awaitingOcr(asked, never)).toEqual(new Set([pending, processing]))
      expect(await database.awaitingOcr([], never)).toEqual(new Set())
      await harness.remove(pending)
      expect(await database.awaitingOcr(asked, never)).toEqual(new Set([processing]))
    })

    it('chooses documents at random, none of them twice, and all where there are no more', async () => {
      const ids: string[] = []
      for (let count = 0; count < 12; count += 1) ids.push(await harness.addDocument({}))
      const idsOf = (rows: DocumentRow[]): string[] => rows.map(({ id }) => id)
      const some = idsOf(await database.randomDocuments(5, never))
      expect(new Set(some).size).toBe(5)
      expect(ids).toEqual(expect.arrayContaining(some))
      expect(idsOf(await database.randomDocuments(50, never)).sort()).toEqual(ids.sort())
      expect(await database.randomDocuments(0, never)).toEqual([])
      const seen = new Set<string>()
      for (let tries = 0; tries < 30; tries += 1) {
        for (const id of idsOf(await database.randomDocuments(1, never))) seen.add(id)
      }
      expect(seen.size).toBeGreaterThan(1)
    })

    it('can be closed at any time, and more than once', async () => {
      await database.close()
      await database.close()
    })

    describe('changing rows', () => {
      it('changes a row that holds what was expected, once', async () => {
        const id = await harness.addDocument({ filePath: 'a.txt' })
        const changes = [change(id, 'a.txt', s3('a.txt'))]
        await locked(async (lock) => {
          expect(await lock.changePaths(changes, lock.epoch, never)).toEqual([{ result: 'changed' }])
          expect(await harness.pathOf('documents.file_path', id)).toBe(s3('a.txt'))
          expect(await lock.changePaths(changes, lock.epoch, never)).toEqual([{ result: 'already' }])
        })
      })

      it('leaves a row alone that holds something else, and says what', async () => {
        const id = await harness.addDocument({ filePath: 'moved by someone.txt' })
        await locked(async (lock) => {
          expect(await lock.changePaths([change(id, 'a.txt', s3('a.txt'))], lock.epoch, never)).toEqual([
            { result: 'differs', current: 'moved by someone.txt' },
          ])
        })
        expect(await harness.pathOf('documents.file_path', id)).toBe('moved by someone.txt')
      })

      it('says of a row that is not there any more that it is gone', async () => {
        const id = await harness.addDocument({ filePath: 'a.txt' })
        await harness.remove(id)
        await locked(async (lock) => {
          expect(await lock.changePaths([change(id, 'a.txt', s3('a.txt'))], lock.epoch, never)).toEqual([
            { result: 'gone' },
          ])
        })
      })

      it('answers for each of many changes, in their order', async () => {
        const [fresh, done, taken, lost] = [
          await harness.addDocument({ filePath: 'fresh.txt' }),
          await harness.addDocument({ filePath: s3('done.txt') }),
          await harness.addDocument({ filePath: 'other.txt' }),
          randomUUID(),
        ]
        const changes = [
          change(lost, 'lost.txt', s3('lost.txt')),
          change(taken, 'taken.txt', s3('taken.txt')),
          change(done, 'done.txt', s3('done.txt')),
          change(fresh, 'fresh.txt', s3('fresh.txt')),
        ]
        const outcomes = await locked((lock) => lock.changePaths(changes, lock.epoch, never))
        expect(outcomes.map(({ result }) => result)).toEqual(['gone', 'differs', 'already', 'changed'])
      })

      it('has nothing against no changes at all', async () => {
        await expect(locked((lock) => lock.changePaths([], lock.epoch, never))).resolves.toEqual([])
      })

      it('changes paths of processed images too', async () => {
        const documentId = await harness.addDocument({ userId: await harness.addUser(), filePath: 'a.png' })
        const id = randomUUID()
        await harness.addImage(documentId, { id, processedPath: 'p.png', originalPath: 'a.png' })
        const to = 's3://processed_images/user/p.png'
        const changes: PathChange[] = [
          { column: 'processed_images.processed_image_path', id, from: 'p.png', to, followers: [] },
        ]
        await locked(async (lock) => {
          expect(await lock.changePaths(changes, lock.epoch, never)).toEqual([{ result: 'changed' }])
        })
        expect(await harness.pathOf('processed_images.processed_image_path', id)).toBe(to)
        expect(await harness.pathOf('processed_images.original_image_path', id)).toBe('a.png')
      })

      it('lets followers follow, each under its own guard', async () => {
        const documentId = await harness.addDocument({ userId: await harness.addUser(), filePath: 'a.png' })
        const [follows, differs, absent] = [randomUUID(), randomUUID(), randomUUID()]
        await harness.addImage(documentId, { id: follows, processedPath: 'p1.png', originalPath: 'a.png' })
        await harness.addImage(documentId, { id: differs, processedPath: 'p2.png', originalPath: 'elsewhere.png' })
        const follower = (id: string) => ({
          column: 'processed_images.original_image_path' as const,
          id,
          from: 'a.png',
          to: s3('a.png'),
        })
        const followers = [follows, differs, absent].map(follower)
        await locked(async (lock) => {
          expect(
            await lock.changePaths([change(documentId, 'a.png', s3('a.png'), followers)], lock.epoch, never),
          ).toEqual([{ result: 'changed' }])
        })
        expect(await harness.pathOf('processed_images.original_image_path', follows)).toBe(s3('a.png'))
        expect(await harness.pathOf('processed_images.original_image_path', differs)).toBe('elsewhere.png')
      })

      it('keeps followers where they are when their own row was not changed', async () => {
        const documentId = await harness.addDocument({ userId: await harness.addUser(), filePath: 'other.png' })
        const id = randomUUID()
        await harness.addImage(documentId, { id, processedPath: 'p.png', originalPath: 'a.png' })
        const follower = {
          column: 'processed_images.original_image_path' as const,
          id,
          from: 'a.png',
          to: s3('a.png'),
        }
        await locked((lock) =>
          lock.changePaths([change(documentId, 'a.png', s3('a.png'), [follower])], lock.epoch, never),
        )
        expect(await harness.pathOf('processed_images.original_image_path', id)).toBe('a.png')
      })

      it('makes none of the changes when the database refuses one of them', async () => {
        const [good, bad] = [
          await harness.addDocument({ filePath: 'good.txt' }),
          await harness.addDocument({ filePath: 'bad.txt' }),
        ]
        // Longer than the column.
        const changes = [change(good, 'good.txt', s3('good.txt')), change(bad, 'bad.txt', s3('x'.repeat(600)))]
        await locked(async (lock) => {
          await expect(lock.changePaths(changes, lock.epoch, never)).rejects.toMatchObject({
            code: 'DB_REJECTED',
            scope: 'item',
            retryable: false,
          })
          expect(await harness.pathOf('documents.file_path', good)).toBe('good.txt')
          expect(await harness.pathOf('documents.file_path', bad)).toBe('bad.txt')
          expect(await lock.changePaths(changes.slice(0, 1), lock.epoch, never)).toEqual([{ result: 'changed' }])
        })
      })

      it('changes nothing after a stop', async () => {
        const id = await harness.addDocument({ filePath: 'a.txt' })
        const stop = new StopControl()
        stop.request('now')
        await locked((lock) =>
          expect(lock.changePaths([change(id, 'a.txt', s3('a.txt'))], lock.epoch, stop.now)).rejects.toMatchObject({
            code: 'INTERRUPTED',
          }),
        )
        expect(await harness.pathOf('documents.file_path', id)).toBe('a.txt')
      })
    })

    it('says how rows stand to changes, and makes none', async () => {
      const [fresh, done] = [
        await harness.addDocument({ filePath: 'fresh.txt' }),
        await harness.addDocument({ filePath: s3('done.txt') }),
      ]
      const changes = [
        change(fresh, 'fresh.txt', s3('fresh.txt')),
        change(done, 'done.txt', s3('done.txt')),
        change(randomUUID(), 'gone.txt', s3('gone.txt')),
      ]
      await locked(async (lock) => {
        expect(await lock.look(changes, never)).toEqual([
          { result: 'differs', current: 'fresh.txt' },
          { result: 'already' },
          { result: 'gone' },
        ])
      })
      expect(await harness.pathOf('documents.file_path', fresh)).toBe('fresh.txt')
    })

    it('knows which paths any row of any table holds', async () => {
      const documentId = await harness.addDocument({ userId: await harness.addUser(), filePath: s3('document') })
      await harness.addImage(documentId, {
        id: randomUUID(),
        processedPath: 's3://processed_images/user/p.png',
        originalPath: s3('original'),
      })
      await harness.addOtherPath(s3('failed'))
      const held = [s3('document'), 's3://processed_images/user/p.png', s3('original'), s3('failed')]
      await locked(async (lock) => {
        expect(await lock.referenced([...held, s3('nobody')], never)).toEqual(new Set(held))
        expect(await lock.referenced([], never)).toEqual(new Set())
      })
    })

    it('lets one run at a time in, and the next when that has ended', async () => {
      const first = await database.lock(never)
      await expect(database.lock(never)).rejects.toMatchObject({ code: 'DB_BUSY', scope: 'run', retryable: false })
      await first.release()
      const second = await database.lock(never)
      await second.release()
    })

    it('says what other tables hold of files', async () => {
      for (const path of ['/app/uploads/documents/a.pdf', 's3://documents/x']) await harness.addOtherPath(path)
      const found: string[] = []
      for await (const page of database.mentions(never)) found.push(...page.map(({ path }) => path))
      expect(found.sort()).toEqual(['/app/uploads/documents/a.pdf', 's3://documents/x'])
    })

    it('saves a document, deletes what was saved, and puts all of it back', async () => {
      const userId = await harness.addUser()
      const kept = await harness.addDocument({ userId })
      const id = await harness.addDocument({ userId, filePath: 'gone.pdf' })
      await harness.addImage(id, { id: randomUUID(), processedPath: 'a.png', originalPath: 'gone.pdf' })
      const before = (await read()).sort((one, other) => one.id.localeCompare(other.id))
      await locked(async (lock) => {
        const saved = await lock.saveDocument(id, never)
        if (!saved) throw new Error('It was not found.')
        expect(saved).toMatchObject({ documentId: id, filePath: 'gone.pdf' })
        expect((await read()).length).toBe(2)
        expect(await lock.deleteDocument(saved, never)).toBe('deleted')
        expect((await read()).map((row) => row.id)).toEqual([kept])
        expect(await lock.deleteDocument(saved, never)).toBe('gone')
        expect(await lock.saveDocument(id, never)).toBeNull()
        expect(await lock.restoreDocument(saved, never)).toBe('restored')
        expect(await lock.restoreDocument(saved, never)).toBe('there')
      })
      expect((await read()).sort((one, other) => one.id.localeCompare(other.id))).toEqual(before)
    })

    it('deletes nothing that is not what was saved', async () => {
      const id = await harness.addDocument({ userId: await harness.addUser(), filePath: 'gone.pdf' })
      await locked(async (lock) => {
        const saved = await lock.saveDocument(id, never)
        if (!saved) throw new Error('It was not found.')
        await harness.setPath('documents.file_path', id, 'found.pdf')
        expect(await lock.deleteDocument(saved, never)).toBe('differs')
      })
      expect(await harness.pathOf('documents.file_path', id)).toBe('found.pdf')
    })
  })
}
