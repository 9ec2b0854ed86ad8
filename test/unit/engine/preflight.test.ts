import { beforeEach, describe, expect, it } from 'vitest'
import type { DatabaseFacts } from '../../../src/main/engine/ports.ts'
import { preflight } from '../../../src/main/engine/preflight.ts'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { MemoryObjectStore } from '../../fakes/memoryObjectStore.ts'
import { MemoryUploads } from '../../fakes/memoryUploads.ts'

describe('the checks before a plan or a run', () => {
  let database: MemoryDatabase
  let log: string[]
  beforeEach(() => {
    database = new MemoryDatabase()
    log = []
  })
  const check = (facts: Partial<DatabaseFacts> = {}): Promise<DatabaseFacts> => {
    Object.assign(database.known, facts)
    const progress = { ...nullProgress, log: (level: string, text: string) => log.push(`${level}: ${text}`) }
    const world = { database, uploads: new MemoryUploads(), objects: new MemoryObjectStore(), progress }
    return preflight(world, new AbortController().signal)
  }
  const source = (folders: string[], bucket = 'test') => ({ s3Sources: [{ name: 'Inbox', bucket, folders }] })

  it('pass when nothing is amiss, and say which database it is', async () => {
    await expect(check()).resolves.toMatchObject({ identity: 'memory/1' })
    expect(log).toEqual([])
  })

  it('end what is no Readur database', async () => {
    await expect(check({ missing: ['documents.file_path'] })).rejects.toMatchObject({
      code: 'DB_NOT_READUR',
      scope: 'run',
    })
  })

  it('end what may not update the rows', async () => {
    await expect(check({ notUpdatable: ['documents.file_path'] })).rejects.toMatchObject({ code: 'DB_PRIVILEGE' })
  })

  it.each([
    [['documents/']],
    [['documents']],
    [['/documents/']],
    [['documents/user/2024/']],
    [['processed_images/']],
    [['incoming/', 'doc']],
    [['']],
    [['/']],
    [[]],
  ])('end what Readur would import once more: a source that watches %j of the bucket', async (folders) => {
    await expect(check(source(folders))).rejects.toMatchObject({
      code: 'SOURCE_WOULD_INGEST',
      scope: 'run',
      subject: 'Inbox',
    })
  })

  it.each([[['incoming/']], [['my documents/', 'scans/documents/']], [['Documents/']]])(
    'pass when a source watches %j of the bucket',
    async (folders) => {
      await expect(check(source(folders))).resolves.toBeDefined()
    },
  )

  it('pass when a source watches the same folder of another bucket', async () => {
    await expect(check(source(['documents/'], 'other'))).resolves.toBeDefined()
  })

  it('warn of documents that wait for OCR', async () => {
    await check({ ocrPending: 3 })
    expect(log).toEqual([expect.stringMatching(/^warning: 3 documents wait for OCR/)])
  })
})
