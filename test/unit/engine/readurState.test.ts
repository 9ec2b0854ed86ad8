import { describe, expect, it } from 'vitest'
import {
  askReadur,
  documentsInBucket,
  readurStateOf,
  type ReadurEvidence,
  type ToldStorage,
} from '../../../src/main/engine/readurState.ts'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import type { ReadurServer } from '../../../src/main/engine/ports.ts'
import { readurStateWords } from '../../../src/shared/readurState.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { MemoryObjectStore } from '../../fakes/memoryObjectStore.ts'

const here = { bucket: 'docs', endpoint: 'http://127.0.0.1:9000' }
const told = (change: Partial<ToldStorage> = {}): ToldStorage => ({
  source: 'container readur',
  backend: 's3',
  bucket: 'docs',
  endpoints: ['http://minio:9000', 'http://localhost:9000'],
  onServer: [],
  isItself: false,
  unsure: [],
  ...change,
})
const stateOf = (evidence: Partial<ReadurEvidence>, place = here) =>
  readurStateOf(
    { container: null, answer: null, settings: null, isConfirmed: false, silence: null, ...evidence },
    place,
  )

describe('where a Readur stores', () => {
  it('is told by what it was started with, whatever a file or the user says', () => {
    const settings = told({ source: '.env' })
    const container = told({ backend: 'local' })
    expect(stateOf({ container, settings, isConfirmed: true })).toEqual({ at: 'local', source: 'container readur' })
    expect(stateOf({ container: told() })).toEqual({ at: 'bucket', source: 'container readur' })
  })

  it('is told by its settings where nothing else does, but not whether Readur was restarted with them', () => {
    const settings = told({ source: '.env' })
    expect(stateOf({ settings })).toMatchObject({ at: 'unknown', canConfirm: true })
    expect(readurStateWords(stateOf({ settings }))).toMatch(
      /Readur’s settings name it \(\.env\)\. Was it restarted since \(in Docker: /,
    )
    expect(stateOf({ settings, isConfirmed: true })).toEqual({ at: 'bucket', source: 'you confirmed it' })
    expect(stateOf({ settings, answer: { opens: 'a' } })).toMatchObject({ at: 'bucket' })
    expect(stateOf({ settings: told({ source: '.env', backend: 'local' }), isConfirmed: true })).toMatchObject({
      at: 'local',
    })
  })

  it.each([
    ['another bucket', told({ bucket: 'other' }), here, 'other at http://minio:9000'],
    ['Amazon', told({ endpoints: [] }), here, 'docs on Amazon S3'],
    ['a service of one’s own', told(), { bucket: 'docs', endpoint: null }, 'docs at http://minio:9000'],
  ])('is elsewhere with %s', (_what, container, place, words) => {
    expect(readurStateOf({ container, answer: null, settings: null, isConfirmed: true, silence: null }, place)).toEqual(
      {
        at: 'elsewhere',
        source: 'container readur',
        place: words,
      },
    )
  })

  it('is asked of the user where one service may have two names, and only then', () => {
    const container = told({ endpoints: ['http://minio:9000'] })
    expect(stateOf({ container })).toMatchObject({ at: 'unknown', canConfirm: true })
    expect(stateOf({ container, isConfirmed: true })).toMatchObject({ at: 'bucket' })
    expect(stateOf({})).toMatchObject({ at: 'unknown', canConfirm: true })
    expect(stateOf({ isConfirmed: true })).toMatchObject({ at: 'bucket', source: 'you confirmed it' })
  })

  it('takes what Readur does over what is written or said', () => {
    expect(stateOf({ answer: { opens: 'a' } })).toMatchObject({ at: 'bucket' })
    const refusing = { settings: told({ source: '.env' }), answer: { refuses: 'HTTP 500' }, isConfirmed: true }
    expect(stateOf(refusing)).toMatchObject({ at: 'unknown', canConfirm: false })
    const answer = { opens: 'a' }
    expect(stateOf({ container: told({ endpoints: ['http://s3.lan'] }), answer })).toMatchObject({ at: 'bucket' })
    // A bucket that was mirrored into the uploads folder, or into another bucket, is served from there.
    expect(stateOf({ container: told({ backend: 'local' }), answer })).toMatchObject({ at: 'local' })
    expect(stateOf({ container: told({ bucket: 'old' }), answer })).toMatchObject({ at: 'elsewhere' })
    expect(stateOf({ container: told({ endpoints: [] }), answer })).toMatchObject({ at: 'elsewhere' })
  })

  it('is not known, whatever the user says, where its address is the container itself', () => {
    const container = told({ endpoints: ['http://127.0.0.1:9000'], isItself: true })
    for (const isConfirmed of [false, true]) {
      expect(stateOf({ container, isConfirmed })).toEqual({
        at: 'unknown',
        why: 'It is set to S3, at an address that is the container itself: docs at http://127.0.0.1:9000 (container readur).',
        canConfirm: false,
      })
    }
    expect(stateOf({ container, answer: { opens: 'a' } })).toMatchObject({ at: 'bucket' })
  })

  it('is not known where it depends on a version that nobody knows', () => {
    const container = told({ unsure: ['STORAGE_BACKEND', 'S3_ENDPOINT'] })
    expect(stateOf({ container })).toMatchObject({ at: 'unknown', canConfirm: true })
    expect(readurStateWords(stateOf({ container }))).toMatch(
      /It is set to S3 by STORAGE_BACKEND and S3_ENDPOINT .* from 2\.9\.2 on only/,
    )
    expect(stateOf({ container, isConfirmed: true })).toMatchObject({ at: 'bucket' })
    expect(stateOf({ container, answer: { opens: 'a' } })).toMatchObject({ at: 'bucket' })
    expect(stateOf({ container: told({ unsure: ['S3_ENDPOINT'], bucket: 'old' }) })).toMatchObject({ at: 'elsewhere' })
  })

  it('knows all of Amazon’s names', () => {
    const place = { bucket: 'docs', endpoint: 'https://s3.eu-central-1.amazonaws.com' }
    expect(stateOf({ container: told({ endpoints: [] }) }, place)).toMatchObject({ at: 'bucket' })
  })
})

describe('Readur, asked for what is on S3', () => {
  const never = new AbortController().signal
  const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

  function world(paths: string[], isAdmin = true, served: string | null = null) {
    const database = new MemoryDatabase({})
    for (const [at, filePath] of paths.entries()) {
      const id = `id-${at}`
      const row = {
        userId: 'u',
        filename: 'a.txt',
        fileSize: 3,
        fileHash: hash,
        mimeType: 'text/plain',
        createdAt: null,
      }
      database.documentRows.set(id, { ...row, id, filePath })
    }
    const objects = new MemoryObjectStore()
    const has = (key: string, text = 'abc') =>
      objects.objects.set(key, { bytes: Buffer.from(text), contentType: 'text/plain', metadata: {}, etag: 'e' })
    const asked: string[] = []
    const readur: ReadurServer = {
      label: 'readur',
      hasToken: true,
      version: null,
      health: () => Promise.resolve({ version: null }),
      upload: () => Promise.reject(new Error('Nothing is to be stored.')),
      remove: () => Promise.reject(new Error('Nothing is to be removed.')),
      whoAmI: () => Promise.resolve({ name: 'ada', isAdmin }),
      // eslint-disable-next-line @typescript-eslint/require-await -- bytes that are at hand
      async *download(id) {
        asked.push(id)
        if (served === null) throw new MigrateError('READUR_NO_DOCUMENT', { message: 'HTTP 500', scope: 'item' })
        yield Buffer.from(served)
      },
    }
    const ask = async () => askReadur(readur, await documentsInBucket(database, objects, never), objects, never)
    return { asked, has, ask, row: (id: string) => database.documentRows.get(id) }
  }

  it('shows by one document that it uses the bucket', async () => {
    const { has, ask } = world(['s3://a', '/app/uploads/b'], true, 'abc')
    has('a')
    expect(await ask()).toEqual({ opens: 'id-0' })
  })

  it('tells nothing by documents that are not in the bucket, opened or refused', async () => {
    for (const served of ['abc', null]) {
      const { asked, has, ask } = world(['s3://a'], true, served)
      has('documents/another')
      expect(await ask()).toBeNull()
      expect(asked).toEqual([])
    }
  })

  it.each(['abd', 'abcd'])('tells nothing by a document that is another one in the bucket: %s', async (text) => {
    const { has, ask, row } = world(['s3://a'], true, 'abc')
    has('a', text)
    expect(await ask()).toBeNull()
    Object.assign(row('id-0') ?? {}, { fileHash: null })
    expect(await ask()).toBeNull()
  })

  it('is believed to refuse only after more than one, and from an administrator', async () => {
    const all = ['s3://a', 's3://b', 's3://c', 's3://d']
    const of = (isAdmin: boolean) => {
      const one = world(all, isAdmin)
      for (const path of all) one.has(path.slice('s3://'.length))
      return one
    }
    const { asked, ask } = of(true)
    expect(await ask()).toMatchObject({ refuses: 'HTTP 500' })
    expect(asked).toHaveLength(3)
    expect(await of(false).ask()).toBeNull()
  })

  it('tells nothing while no document is on S3', async () => {
    expect(await world(['/app/uploads/b'], true, 'abc').ask()).toBeNull()
  })
})
