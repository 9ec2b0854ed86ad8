import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MigrateError } from '../../../src/main/engine/errors.ts'
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
    ['local', /in its own folder\. Write the S3 settings into its environment, and restart it\..*before 2\.9\.2/],
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

  it('a Readur that does not answer has refused nothing', async () => {
    readur.health = () => Promise.reject(new MigrateError('READUR_UNREACHABLE', { message: 'Gone.', scope: 'run' }))
    const report = await migrate()
    expect(report).toMatchObject({ status: 'interrupted', committed: 0 })
    expect(report.problems.map(({ code }) => code)).toEqual(['READUR_UNREACHABLE'])
  })

  it.each([true, false])(
    'the document that a killed session has left is deleted by the next (id known: %s)',
    async (isKnown) => {
      readur.storage = 'local'
      await migrate()
      const filename = 'readur-migrate-check-left.txt'
      const documentId = await readur.upload(filename, Buffer.from('left'))
      world.store?.append([{ step: 'canary-intent', data: { filename } }])
      if (isKnown) world.store?.append([{ step: 'canary-stored', data: { filename, documentId } }])
      readur.storage = 's3'
      expect(await world.resume(options)).toMatchObject({ status: 'completed', committed: 12 })
      expect(rows()).toBe(documents.length)
    },
  )
})

describe('a first document that users do not get', () => {
  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['as it is', () => Buffer.from('something else')],
    [
      'at all',
      () => {
        throw new MigrateError('READUR_NO_DOCUMENT', { message: 'It answers 500.' })
      },
    ],
  ])('%s goes back to its local file, and no other row is switched', async (_, change) => {
    readur.onDownload = (id, bytes) => (documents.some((one) => one.id === id) ? change(bytes) : bytes)
    const report = await migrate()
    expect(report).toMatchObject({ status: 'interrupted', committed: 0, failed: 1 })
    expect([onS3(), unreachable()]).toEqual([0, []])
    expect(report.problems.map(({ code }) => code)).toContain('CANARY_FAILED')
  })
})
