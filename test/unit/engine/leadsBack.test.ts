import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JournalBuffer } from '../../../src/main/engine/journal/journalBuffer.ts'
import type { Entry } from '../../../src/main/engine/journal/entries.ts'
import { Fence } from '../../../src/main/engine/ownership/fence.ts'
import { isMovable, type MovableItem } from '../../../src/main/engine/plan/item.ts'
import { pathOfKey } from '../../../src/main/engine/keys/readurKeys.ts'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import { restoreItems } from '../../../src/main/engine/rollback/restore.ts'
import { StopControl } from '../../../src/main/engine/stop.ts'
import { AdaptiveLimit } from '../../../src/main/engine/transfer/concurrency.ts'
import { MemoryDatabase, memoryInstance } from '../../fakes/memoryDatabase.ts'
import { MemoryObjectStore } from '../../fakes/memoryObjectStore.ts'
import { MemoryUploads } from '../../fakes/memoryUploads.ts'
import { openStoreFolder, plannedItem, type StoreFolder } from '../../fakes/runStores.ts'
import { sha256 } from '../../fakes/world.ts'

const bytes = Buffer.from('the document')

let folder: StoreFolder
beforeAll(async () => {
  folder = await openStoreFolder()
})
afterAll(() => folder.remove())

function itemWith(oldPath: string): MovableItem {
  const item = { ...plannedItem('d1', { oldPath, size: bytes.byteLength, fileHash: sha256(bytes) }), seq: 1 }
  if (isMovable(item)) return item
  throw new Error('not movable')
}

/** Undoes one item whose file and row are as they should be, and whose record names this old path. */
async function undo(oldPath: string) {
  const item = itemWith(oldPath)
  const database = new MemoryDatabase()
  const { documentId: id, userId, filename, size: fileSize, fileHash, mimeType } = item
  const filePath = pathOfKey(item.key)
  database.documentRows.set(id, { id, userId, filename, filePath, fileSize, fileHash, mimeType, createdAt: 0 })
  const uploads = new MemoryUploads()
  uploads.write(item.source, bytes)
  const written: Entry[] = []
  const stop = new StopControl()
  const lock = await database.lock(stop.now)
  const objects = new MemoryObjectStore()
  const left = await restoreItems({
    store: folder.create(),
    pages: [[{ item, verified: null, committed: true, freedTo: null }]],
    parent: null,
    journal: new JournalBuffer({ append: (entries) => written.push(...entries) }),
    lock,
    fence: new Fence({ lock, objects, instance: memoryInstance, progress: nullProgress }),
    objects,
    database,
    uploads,
    prefixes: [{ stored: '/app/uploads', folder: '' }],
    progress: nullProgress,
    options: { keepObjects: false, force: false },
    stop,
    limit: new AdaptiveLimit(1),
  })
  return { left, path: database.documentRows.get(id)?.filePath, codes: written.map(({ code = null }) => code) }
}

describe('a row that goes back', () => {
  it.each(['/app/uploads/documents/d1.txt', '/app/uploads/./documents//d1.txt', './uploads/d1.txt'])(
    'goes to a path that leads to the file that was proven: “%s”',
    async (oldPath) => {
      expect(await undo(oldPath)).toMatchObject({ left: { rows: 0 }, path: oldPath })
    },
  )

  it.each([
    '/app/uploads/documents/d0.txt',
    '/app/uploads/documents/D1.txt',
    '/app/upload3/documents/d1.txt',
    '/app/uploads/../documents/d1.txt',
    '',
  ])('stays on S3 where the old path leads elsewhere: “%s”', async (oldPath) => {
    const { left, path, codes } = await undo(oldPath)
    expect(left.rows).toBe(1)
    expect(path).toBe(pathOfKey(itemWith(oldPath).key))
    expect(codes).toContain('ROLLBACK_BLOCKED')
  })
})
