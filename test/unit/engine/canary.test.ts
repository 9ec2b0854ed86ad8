import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { countCopied, countMovedDocuments } from '../../../src/main/engine/journal/items.ts'
import { refusalToResume } from '../../../src/main/engine/journal/resumable.ts'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import type { RunReport } from '../../../src/shared/run.ts'
import { MemoryReadur, type Storage } from '../../fakes/memoryReadur.ts'
import { World, type PlantedDocument } from '../../fakes/world.ts'

let world: World
let readur: MemoryReadur
let documents: PlantedDocument[]
beforeEach(async () => {
  world = await World.open()
  readur = new MemoryReadur(world)
  world.readur = readur
  documents = Array.from({ length: 12 }, (_, at) => world.addDocument(`document ${at}`))
})
afterEach(async () => {
  expect(world.broken()).toEqual([])
  await world.close()
})

const options = { canary: true, batchSize: 4 }
const migrate = (): Promise<RunReport> => world.migrate(options)
const onS3 = (): number => documents.filter(({ id }) => world.pathOf(id)?.startsWith('s3://')).length
const unreachable = (): string[] => documents.flatMap(({ id }) => (readur.bytesOf(id) === null ? [id] : []))
const rows = (): number => world.database.documentRows.size

describe('before rows are switched', () => {
  it('Readur stores a document of ours in the bucket and serves it; then users get the first document before the rest', async () => {
    const switched: number[] = []
    readur.onDownload = (_, bytes) => {
      switched.push(onS3())
      return bytes
    }
    expect(await migrate()).toMatchObject({ status: 'completed', committed: 12 })
    expect(switched).toEqual([0, 1])
    expect(rows()).toBe(documents.length)
    expect(world.keys()).toHaveLength(documents.length)
  })

  it.each<[Storage, RegExp]>([
    [
      'local',
      /in its own folder\. Write the S3 settings into its environment, and restart it \(in Docker: docker compose up -d, with its uploads on a volume; .*before 2\.9\.2/,
    ],
    ['another bucket', /not in the bucket “test”.*Correct S3_BUCKET_NAME and S3_ENDPOINT_URL/],
    ['another database', /works on another database/],
    ['refused', /could not store a document.*refuses its keys.*correct S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY/s],
  ])(
    'Readur that stores “%s” keeps every row where it is, and the run goes on once that is corrected',
    async (storage, reason) => {
      readur.storage = storage
      let isReachable = true
      world.database.beforeChange = () => (isReachable &&= unreachable().length === 0)
      const report = await migrate()
      expect(report).toMatchObject({ status: 'interrupted', committed: 0, failed: 0 })
      expect(report.problems).toEqual([expect.objectContaining({ code: 'CANARY_FAILED' })])
      expect(world.store?.trouble()?.message).toMatch(reason)
      expect([onS3(), unreachable(), rows(), isReachable]).toEqual([0, [], documents.length, true])

      readur.storage = 's3'
      expect(await world.resume(options)).toMatchObject({ status: 'completed', committed: 12 })
      expect(unreachable()).toEqual([])
    },
  )

  it('a cutover that is stopped meanwhile is interrupted, however many copies there are', async () => {
    expect(await world.migrate({ copyOnly: true })).toMatchObject({ status: 'copied', copied: 12 })
    readur.onDownload = (_, bytes) => {
      world.stop.request('now')
      return bytes
    }
    expect(await world.resume(options)).toMatchObject({ status: 'interrupted', committed: 0, copied: 12 })
    expect([onS3(), rows()]).toEqual([0, documents.length])
  })

  it.each([
    ['2.9.1', /Version 2\.9\.1 does not read STORAGE_BACKEND and S3_ENDPOINT: write S3_ENABLED=true/],
    ['2.9.3', /^It still stores .* it stores locally\.$/],
  ])('a Readur of version %s that stores locally is told what that version needs', async (version, words) => {
    readur.storage = 'local'
    readur.version = version
    await migrate()
    expect(world.store?.trouble()?.message).toMatch(words)
  })

  it('the token of a user who is not an administrator is enough: no document of others is asked for', async () => {
    readur.role = 'user'
    const told: string[] = []
    world.progress = { ...nullProgress, log: (_, message) => void told.push(message) }
    expect(await migrate()).toMatchObject({ status: 'completed', committed: 12, problems: [] })
    expect(readur.served).toHaveLength(1)
    expect(told).toContain('“ada” is not an administrator of Readur, so only the test document was tried.')
  })

  it('a Readur that does not answer has refused nothing', async () => {
    readur.health = () => Promise.reject(new MigrateError('READUR_UNREACHABLE', { message: 'Gone.', scope: 'run' }))
    const report = await migrate()
    expect(report).toMatchObject({ status: 'interrupted', committed: 0 })
    expect(report.problems.map(({ code }) => code)).toEqual(['READUR_UNREACHABLE'])
  })

  it.each([
    ['READUR_UNREACHABLE', 'It answers 502.'],
    ['READUR_STRANGE', 'It answers 413.'],
  ] as const)(
    'an upload that ends with %s (%s) has refused nothing, and what it stored is deleted at once',
    async (code, message) => {
      const upload = readur.upload.bind(readur)
      readur.upload = async (filename, bytes) => {
        await upload(filename, bytes)
        throw new MigrateError(code, { message, scope: 'run' })
      }
      const report = await migrate()
      expect(report).toMatchObject({ status: 'interrupted', committed: 0, failed: 0 })
      expect(report.problems.map((group) => group.code)).toEqual([code])
      expect(world.store?.trouble()?.message).toBe(message)
      expect([onS3(), rows(), world.keys()]).toEqual([0, documents.length, []])
      readur.upload = upload
      expect(await world.resume(options)).toMatchObject({ status: 'completed', committed: 12 })
    },
  )

  it.each([true, false])(
    'the document that a killed session has left is deleted by the next (id known: %s)',
    async (isKnown) => {
      readur.storage = 'local'
      await migrate()
      const filename = 'readur-migrate-check-left.txt'
      const documentId = (await readur.upload(filename, Buffer.from('left'))) ?? ''
      world.store?.append([{ step: 'canary-intent', data: { filename } }])
      if (isKnown) world.store?.append([{ step: 'canary-stored', data: { filename, documentId } }])
      readur.storage = 's3'
      expect(await world.resume(options)).toMatchObject({ status: 'completed', committed: 12 })
      expect(rows()).toBe(documents.length)
    },
  )
})

const refusals: [string, (bytes: Buffer) => Buffer, string][] = [
  ['as it is', () => Buffer.from('something else'), 'CANARY_FAILED'],
  [
    'at all',
    () => {
      throw new MigrateError('READUR_NO_DOCUMENT', { message: 'It answers 500.' })
    },
    'CANARY_FAILED',
  ],
  [
    'since the network fails',
    () => {
      throw new MigrateError('READUR_UNREACHABLE', { message: 'Gone.', scope: 'run' })
    },
    'READUR_UNREACHABLE',
  ],
]

describe('a first document that users do not get', () => {
  const refuse = (change: (bytes: Buffer) => Buffer): void => {
    readur.onDownload = (id, bytes) => (documents.some((one) => one.id === id) ? change(bytes) : bytes)
  }
  const serve = (): void => {
    readur.onDownload = (_, bytes) => bytes
  }

  describe.each([true, false])('with enableRollback %s', (enableRollback) => {
    it.each(refusals)(
      '%s goes back to its local file, and is switched with all others once that is corrected',
      async (_, change, code) => {
        refuse(change)
        expect(await world.migrate({ copyOnly: true })).toMatchObject({ status: 'copied', copied: 12 })
        const cutOver = { ...options, enableRollback }
        const report = await world.resume(cutOver)
        expect(report).toMatchObject({ status: 'interrupted', committed: 0, failed: 0, copied: 12 })
        expect(report.problems.map((group) => group.code)).toEqual([code])
        expect([onS3(), unreachable()]).toEqual([0, []])
        expect(world.keys()).toHaveLength(12)

        serve()
        expect(await world.resume(cutOver)).toMatchObject({ status: 'completed', committed: 12, failed: 0 })
        expect([onS3(), unreachable()]).toEqual([12, []])
      },
    )
  })

  it('can be cut over again when it is the only one', async () => {
    for (const { id } of documents.splice(1)) world.database.documentRows.delete(id)
    refuse(() => Buffer.from('something else'))
    expect(await migrate()).toMatchObject({ status: 'interrupted', planned: 1, copied: 1 })
    const store = world.store
    if (!store) throw new Error('There is no run.')
    expect([refusalToResume(store), countCopied(store), countMovedDocuments(store)]).toEqual([null, 1, 0])
    serve()
    expect(await world.resume(options)).toMatchObject({ status: 'completed', committed: 1 })
    expect(countMovedDocuments(store)).toBe(1)
  })

  it('stays on S3 where its local file is not there any more', async () => {
    refuse(() => {
      for (const { id, source } of documents)
        if (world.pathOf(id)?.startsWith('s3://')) world.uploads.entries.delete(source)
      throw new MigrateError('READUR_NO_DOCUMENT', { message: 'It answers 500.' })
    })
    expect(await migrate()).toMatchObject({ status: 'interrupted', committed: 1, failed: 0 })
    expect([onS3(), unreachable()]).toEqual([1, []])
  })

  it('counts as switched while its row can’t go back', async () => {
    refuse(() => Buffer.from('something else'))
    world.database.beforeChange = (changes) => {
      if (changes.every(({ to }) => to.startsWith('s3://'))) return
      throw new MigrateError('DB_REJECTED', { message: 'No.' })
    }
    await world.migrate({ copyOnly: true })
    expect(await world.resume(options)).toMatchObject({ status: 'interrupted', committed: 1, failed: 0, copied: 11 })
    serve()
    // Its user deletes it: the next session does not ask for it.
    for (const { id } of documents) {
      if (world.pathOf(id)?.startsWith('s3://')) world.database.documentRows.delete(id)
    }
    expect(await world.resume(options)).toMatchObject({ status: 'completed', committed: 12 })
  })

  it.each(['before', 'after'] as const)(
    'counts as its row says when the session ends %s the row goes back',
    async (moment) => {
      refuse(() => Buffer.from('something else'))
      let isLost = false
      const lose = (changes: readonly { to: string }[]): void => {
        if (isLost || !changes.some(({ to }) => !to.startsWith('s3://'))) return
        isLost = true
        throw new MigrateError('DB_UNREACHABLE', { message: 'Gone.', scope: 'run' })
      }
      if (moment === 'before') world.database.beforeChange = lose
      else world.database.afterChange = lose
      expect(await migrate()).toMatchObject({ status: 'interrupted', failed: 0 })
      expect(onS3()).toBe(moment === 'before' ? 1 : 0)
      // Readur still does not serve it: the next session begins with it, and leaves no second one on S3.
      expect(await world.resume(options)).toMatchObject({ status: 'interrupted', committed: 0, failed: 0 })
      expect(onS3()).toBe(0)

      serve()
      expect(await world.resume(options)).toMatchObject({ status: 'completed', committed: 12 })
      expect(onS3()).toBe(12)
    },
  )
})
