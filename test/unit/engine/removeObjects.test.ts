import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { removeObjects, type RemoveDeps, type Unwanted } from '../../../src/main/engine/commit/removeObjects.ts'
import { JournalBuffer } from '../../../src/main/engine/journal/journalBuffer.ts'
import { Fence } from '../../../src/main/engine/ownership/fence.ts'
import { isMovable, type MovableItem } from '../../../src/main/engine/plan/item.ts'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import { headFor } from '../../../src/main/engine/transfer/metadata.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { MemoryObjectStore } from '../../fakes/memoryObjectStore.ts'
import { MemoryUploads } from '../../fakes/memoryUploads.ts'
import { header, plannedItem, verified } from '../../fakes/runStores.ts'
import { sha256 } from '../../fakes/world.ts'

/** Each reason for which an object stays, alone: elsewhere several of them hold at a time. */

const never = new AbortController().signal
const bytes = Buffer.from('a document')
const run = { ...header, id: 'run-1', databaseIdentity: 'memory/1' }

let objects: MemoryObjectStore
let database: MemoryDatabase
let deps: RemoveDeps
let item: MovableItem
beforeEach(async () => {
  objects = new MemoryObjectStore()
  database = new MemoryDatabase()
  const [lock, { instance }] = [await database.lock(never), await database.facts(never)]
  deps = {
    store: { header: run, isKeyNeeded: () => false },
    objects,
    uploads: new MemoryUploads(),
    fence: new Fence({ lock, objects, instance, progress: nullProgress }),
    journal: new JournalBuffer({ append: () => undefined }),
    signal: never,
  }
  const planned = { ...plannedItem('d1'), seq: 1 }
  if (!isMovable(planned)) throw new Error('not movable')
  item = planned
})

function put(content: Buffer, metadata: Record<string, string>): void {
  const etag = createHash('md5').update(content).digest('hex')
  objects.objects.set(item.key, { bytes: content, contentType: 'text/plain', etag, metadata })
}
const ours = (): Record<string, string> => headFor(item, sha256(bytes), run).metadata
const copy = (change: Partial<Unwanted> = {}): Unwanted => ({
  item,
  verified,
  isClaimed: false,
  local: null,
  ...change,
})
const isThere = (): boolean => objects.objects.has(item.key)

describe('a copy that no row needs', () => {
  it('goes', async () => {
    put(bytes, ours())
    expect(await removeObjects(deps, [copy()])).toEqual({ failed: 0, foreign: 0 })
    expect(isThere()).toBe(false)
  })

  it.each([
    ['was made for another document', { 'readur-document-id': 'd2' }],
    ['was made by another run', { 'readur-run-id': 'run-2' }],
    ['was made for another database', { 'readur-database': '0123456789abcdef' }],
  ])('stays when the object at its key %s', async (_, metadata) => {
    put(bytes, { ...ours(), ...metadata })
    expect(await removeObjects(deps, [copy()])).toEqual({ failed: 0, foreign: 1 })
    expect(isThere()).toBe(true)
  })

  it('stays when the run has only found it there', async () => {
    put(bytes, ours())
    await removeObjects(deps, [copy({ verified: { ...verified, created: false } })])
    expect(isThere()).toBe(true)
  })

  it('stays when another item of the run has the same key', async () => {
    put(bytes, ours())
    await removeObjects({ ...deps, store: { header: run, isKeyNeeded: () => true } }, [copy()])
    expect(isThere()).toBe(true)
  })

  it('stays when any row holds its path', async () => {
    put(bytes, ours())
    database.otherPaths.add(`s3://${item.key}`)
    expect(await removeObjects(deps, [copy()])).toEqual({ failed: 0, foreign: 1 })
    expect(isThere()).toBe(true)
  })

  it('of another tool stays, and is listed: a restored copy of the database has the same record', async () => {
    put(bytes, {})
    expect(await removeObjects(deps, [copy({ verified: null, isClaimed: true })])).toEqual({ failed: 0, foreign: 1 })
    expect(isThere()).toBe(true)
  })
})
