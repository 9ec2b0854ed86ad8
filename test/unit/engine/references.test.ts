import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { References, type ReferencesSite } from '../../../src/main/engine/free/references.ts'
import type { FileFacts, FileStamp, ListedFile } from '../../../src/main/engine/ports.ts'
import { MemoryUploads } from '../../fakes/memoryUploads.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { openStoreFolder, type StoreFolder } from '../../fakes/runStores.ts'

const never = new AbortController().signal
const prefixes = [{ stored: '/app/uploads', folder: '' }]

let folder: StoreFolder
beforeAll(async () => {
  folder = await openStoreFolder()
})
afterAll(() => folder.remove())

let uploads: MemoryUploads
let database: MemoryDatabase
let references: References | null = null
beforeEach(() => {
  uploads = new MemoryUploads()
  database = new MemoryDatabase()
})
afterEach(() => {
  references?.close()
  references = null
})

const write = (...paths: string[]): void => {
  for (const path of paths) uploads.write(path, Buffer.from(path))
}
const link = (path: string, target: string): unknown => uploads.entries.set(path, { kind: 'link', target })
/** A document of this id whose row holds a path. */
const row = (id: string, filePath: string, fileHash: string | null = null, fileSize: number | null = null): void => {
  const common = { filename: id, mimeType: 'text/plain', createdAt: 0, userId: 'user' }
  database.documentRows.set(id, { id, filePath, fileHash, fileSize, ...common })
}
const read = async (site: Partial<ReferencesSite> = {}): Promise<References> =>
  (references = await References.read(folder.create(), { database, uploads, prefixes, ...site }, never))
const stampOf = async (path: string): Promise<FileStamp | null> => {
  const facts = await uploads.inspect(path)
  return facts.kind === 'file' ? facts.stamp : null
}
const needOf = async (path: string): Promise<string | null> => {
  const need = (await read()).needOf(path, await stampOf(path))
  return need && `${need.code} ${need.message}`
}

describe('a file is needed', () => {
  beforeEach(() => write('documents/a.txt', 'documents/b.txt'))

  it('by nobody, where no row and no link names it', async () => {
    row('b', '/app/uploads/documents/b.txt')
    row('on S3', 's3://documents/user/2024/01/a.txt')
    link('documents/other.txt', 'b.txt')
    expect(await needOf('documents/a.txt')).toBeNull()
  })

  it.each([
    ['a link', () => link('documents/l.txt', 'a.txt'), 'documents/l.txt'],
    [
      'a chain',
      () => (link('documents/l.txt', 'm.txt'), link('documents/m.txt', '../documents/a.txt')),
      'documents/l.txt',
    ],
    ['a linked folder', () => link('old', 'documents'), 'old/a.txt'],
    [
      'a link in a linked folder',
      () => (link('old', 'documents'), link('documents/l.txt', '../old/a.txt')),
      'old/l.txt',
    ],
    ['a link of the container', () => link('documents/l.txt', '/app/uploads/documents/a.txt'), 'documents/l.txt'],
  ])('by a row that leads to it past %s', async (_story, tie, path) => {
    tie()
    row('b', `/app/uploads/${path}`)
    expect(await needOf('documents/a.txt')).toBe('FILE_STILL_NAMED Document b names “documents/a.txt”.')
  })

  it('by a link that no row names any more, for the way back', async () => {
    link('documents/l.txt', 'm.txt')
    link('documents/m.txt', 'a.txt')
    expect(await needOf('documents/a.txt')).toMatch(/^FILE_LINKED The symbolic link “documents\/[lm].txt”/)
    expect(references?.linkAt('documents/l.txt')).toBe('documents/m.txt')
    expect(references?.linkAt('documents/a.txt')).toBeNull()
  })

  it('by a failed upload, an ignored file and an image of OCR', async () => {
    database.otherPaths.add('./uploads/documents/a.txt')
    expect(await needOf('documents/a.txt')).toBe('FILE_STILL_NAMED A row of failed_documents names “documents/a.txt”.')
    row('b', 's3://b')
    database.imageRows.set('i', { id: 'i', documentId: 'b', processedPath: 's3://i', originalPath: 'b.txt' })
    expect(await needOf('documents/b.txt')).toMatch(/^FILE_STILL_NAMED Document b/)
  })

  it('by a row outside of what is known as the uploads folder, where it has the same name', async () => {
    row('b', '/mnt/readur/documents/A.txt')
    expect(await needOf('documents/a.txt')).toMatch(
      /^FILE_STILL_NAMED .*“\/mnt\/readur\/documents\/A.txt”, which may be/,
    )
    expect(await needOf('documents/b.txt')).toBeNull()
  })

  it('not by another hard link, which keeps the bytes', async () => {
    const entry = uploads.entries.get('documents/a.txt')
    if (entry) uploads.entries.set('documents/other name.txt', entry)
    row('b', '/app/uploads/documents/other name.txt')
    expect(await needOf('documents/a.txt')).toBeNull()
  })

  it('by a row that sees its folder at another place, as a second mount shows it', async () => {
    write('archive/a.txt')
    const entry = uploads.entries.get('archive/a.txt')
    if (entry) uploads.entries.set('mounted/a.txt', entry)
    row('b', '/app/uploads/mounted/a.txt')
    expect(await needOf('archive/a.txt')).toMatch(/^FILE_STILL_NAMED .* also seen at another place/)
  })

  it('by a row that spells it as only the file system knows', async () => {
    row('b', '/app/uploads/documents/Ä.TXT')
    write('documents/a\u0308.txt')
    // A file system that takes both for one name.
    const inspect = (path: string): Promise<FileFacts> => uploads.inspect(path.normalize('NFD').toLowerCase())
    const folding = { inspect, list: uploads.list.bind(uploads) }
    const need = (await read({ uploads: folding })).needOf('documents/a\u0308.txt', null)
    expect(need?.code).toBe('FILE_STILL_NAMED')
  })

  it('by a row that reaches it past what is not listed, even where files have no inodes', async () => {
    row('b', '/app/uploads/documents/elsewhere')
    const stamp = { size: 15, mtimeMs: 1_000, identity: null }
    const remote = {
      inspect: (path: string): Promise<FileFacts> =>
        Promise.resolve(path === 'documents/elsewhere' ? { kind: 'file', stamp } : { kind: 'absent' }),
      async *list(): AsyncGenerator<ListedFile[]> {
        yield await Promise.resolve([{ path: 'documents/a.txt', kind: 'file', stamp } as const])
      },
    }
    const known = await read({ uploads: remote })
    expect(known.needOf('documents/a.txt', stamp)?.code).toBe('FILE_STILL_NAMED')
    expect(known.needOf('documents/a.txt', { ...stamp, mtimeMs: 2_000 })).toBeNull()
  })
})

describe('content is missed', () => {
  it('by a local row whose file is gone, and that has its hash or none', async () => {
    write('documents/there.txt')
    row('there', '/app/uploads/documents/there.txt', 'aa', 5)
    row('gone', '/app/uploads/documents/gone.txt', 'bb', 5)
    const known = await read()
    expect(known.missedBy({ sha256: 'aa', size: 5 }, null)).toBeNull()
    expect(known.missedBy({ sha256: 'bb', size: 9 }, null)).toBe('gone')
    // A photograph that was turned: its recorded hash is the same.
    expect(known.missedBy({ sha256: 'cc', size: 9 }, 'BB')).toBe('gone')
    row('unknown', '/app/uploads/documents/unknown.txt', null, 7)
    const more = await read()
    expect(more.missedBy({ sha256: 'cc', size: 7 }, null)).toBe('unknown')
    expect(more.missedBy({ sha256: 'cc', size: 8 }, null)).toBeNull()
  })
})
