import { beforeEach, describe, expect, it } from 'vitest'
import { classify } from '../../../src/main/engine/plan/classify.ts'
import { changeOf, isMovable, undoOf, type Item } from '../../../src/main/engine/plan/item.ts'
import { MapProposals } from '../../../src/main/engine/plan/proposals.ts'
import type { DocumentRow } from '../../../src/main/engine/ports.ts'
import { MemoryUploads } from '../../fakes/memoryUploads.ts'

const signal = new AbortController().signal
const prefixes = [{ stored: '/app/uploads', folder: '' }]
const depsOf = (uploads: MemoryUploads) => ({ uploads, prefixes, proposals: new MapProposals(uploads), signal })
const document: DocumentRow = {
  id: 'd1',
  userId: 'u1',
  filename: 'a.txt',
  filePath: '/app/uploads/documents/d1.txt',
  fileSize: 5,
  fileHash: 'ab'.repeat(32),
  mimeType: 'text/plain',
  createdAt: Date.UTC(2024, 4, 1),
  images: [],
}

describe('what a plan says about a document', () => {
  let uploads: MemoryUploads
  beforeEach(() => {
    uploads = new MemoryUploads()
    uploads.write('documents/d1.txt', Buffer.from('hello'))
  })
  const plan = async (change: Partial<DocumentRow> = {}) =>
    (await classify(depsOf(uploads), { ...document, ...change }))[0]

  it('it is to be moved, with all that moving it needs', async () => {
    expect(await plan()).toMatchObject({
      kind: 'document',
      verdict: 'move',
      code: null,
      oldPath: '/app/uploads/documents/d1.txt',
      source: 'documents/d1.txt',
      key: 'documents/u1/2024/05/d1.txt',
      size: 5,
    })
  })

  it('it is on S3 already', async () => {
    expect(await plan({ filePath: 's3://documents/u1/2024/05/d1.txt' })).toMatchObject({
      verdict: 'skip',
      code: 'ALREADY_ON_S3',
      size: document.fileSize,
    })
  })

  it('it has no owner, so there is no key for it', async () => {
    expect(await plan({ userId: null })).toMatchObject({ verdict: 'blocked', code: 'OWNER_MISSING', key: null })
  })

  it('its path after the move would not fit into the row', async () => {
    expect(await plan({ filename: `a.${'x'.repeat(480)}` })).toMatchObject({ verdict: 'blocked', code: 'KEY_TOO_LONG' })
  })

  it.each([
    ['its file was cut to nothing', { fileSize: 5 }, 'FILE_EMPTY'],
    ['its file is empty and nobody knows how large it was', { fileSize: null }, 'FILE_EMPTY'],
  ])('%s', async (_story, change, code) => {
    uploads.write('documents/d1.txt', Buffer.alloc(0))
    expect(await plan(change)).toMatchObject({ verdict: 'blocked', code })
  })

  it('an empty document with an empty file is moved like any other', async () => {
    uploads.write('documents/d1.txt', Buffer.alloc(0))
    expect(await plan({ fileSize: 0 })).toMatchObject({ verdict: 'move', size: 0 })
  })

  it('its file has another size than was uploaded: it is damaged', async () => {
    expect(await plan({ fileSize: 6 })).toMatchObject({ verdict: 'blocked', code: 'HASH_MISMATCH' })
  })

  it('an image may have another size: Readur turns photographs upright', async () => {
    expect(await plan({ fileSize: 6, mimeType: 'image/jpeg' })).toMatchObject({ verdict: 'move' })
  })

  it('the problem of the file comes before that of the owner', async () => {
    expect(await plan({ userId: null, filePath: '/app/uploads/gone.txt' })).toMatchObject({ code: 'FILE_MISSING' })
  })
})

describe('what a plan says about processed images', () => {
  const images = [
    { id: 'i1', processedPath: '/app/uploads/processed_images/p1.png', originalPath: document.filePath },
    { id: 'i2', processedPath: '/app/uploads/processed_images/gone.png', originalPath: '/elsewhere.png' },
    { id: 'i3', processedPath: 's3://processed_images/u1/p3.png', originalPath: document.filePath },
  ]

  it('each is an item of its own, judged for itself', async () => {
    const uploads = new MemoryUploads()
    uploads.write('documents/d1.txt', Buffer.from('hello'))
    uploads.write('processed_images/p1.png', Buffer.from('image'))
    const items = await classify(depsOf(uploads), { ...document, images })
    expect(items.map(({ kind, rowId, verdict, code }) => [kind, rowId, verdict, code])).toEqual([
      ['document', 'd1', 'move', null],
      ['processed_image', 'i1', 'move', null],
      ['processed_image', 'i2', 'blocked', 'FILE_MISSING'],
      ['processed_image', 'i3', 'skip', 'ALREADY_ON_S3'],
    ])
    expect(items[0]?.followers).toEqual(['i1', 'i3'])
    expect(items[1]?.mimeType).toBe('image/png')
    expect(items[1]?.key).toBe('processed_images/u1/p1.png')
  })

  it('the change of the row takes along those that name the document as their original, and so does its undoing', async () => {
    const uploads = new MemoryUploads()
    uploads.write('documents/d1.txt', Buffer.from('hello'))
    const [planned] = await classify(depsOf(uploads), { ...document, images })
    if (!planned) throw new Error('no item')
    const item: Item = { ...planned, seq: 1 }
    if (!isMovable(item)) throw new Error('not movable')
    const follower = (id: string, from: string, to: string) => ({
      column: 'processed_images.original_image_path',
      id,
      from,
      to,
    })
    const [local, remote] = [document.filePath, 's3://documents/u1/2024/05/d1.txt']
    expect(changeOf(item)).toEqual({
      column: 'documents.file_path',
      id: 'd1',
      from: local,
      to: remote,
      followers: [follower('i1', local, remote), follower('i3', local, remote)],
    })
    expect(undoOf(item)).toEqual({
      column: 'documents.file_path',
      id: 'd1',
      from: remote,
      to: local,
      followers: [follower('i1', remote, local), follower('i3', remote, local)],
    })
  })
})
