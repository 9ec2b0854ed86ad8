import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { executeFree, prepareFree } from '../../../src/main/engine/free/free.ts'
import { JournalBuffer } from '../../../src/main/engine/journal/journalBuffer.ts'
import { takeOver } from '../../../src/main/engine/ownership/ownership.ts'
import { AdaptiveLimit } from '../../../src/main/engine/transfer/concurrency.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { Fence } from '../../../src/main/engine/ownership/fence.ts'
import type { RunStore } from '../../../src/main/engine/journal/runStore.ts'
import type { Restorable } from '../../../src/main/engine/journal/itemRows.ts'
import { restoreItems, type LeftOver } from '../../../src/main/engine/rollback/restore.ts'
import { planRollback } from '../../../src/main/engine/rollback/planRollback.ts'
import type { RunReport } from '../../../src/shared/run.ts'
import { World, type PlantedDocument } from '../../fakes/world.ts'

const freeId = '20261123-084501-9f3b'
const rollbackId = '20261124-084501-9f3c'

let world: World
let documents: PlantedDocument[]
let parent: RunStore
beforeEach(async () => {
  world = await World.open()
  documents = ['first', 'second'].map((text) => world.addDocument(text))
  await world.migrate()
  if (!world.store) throw new Error('nothing was migrated')
  parent = world.store
})
afterEach(() => world.close())

const at = (place: number): PlantedDocument => documents[place] ?? world.addDocument()
const codes = ({ problems }: RunReport): string[] => problems.map(({ code, count }) => `${code} ${count}`).sort()

/** The last bit of a character, as a bad memory cell turns it. */
const flipped = (text: string, index: number): string =>
  text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) ^ 1) + text.slice(index + 1)

const copies = (): Restorable[] => [...parent.copied()].flat().filter(({ item }) => item.documentId === at(0).id)

/** Undoes items of the run, in one session. */
async function restoring(): Promise<(page: Restorable[]) => Promise<LeftOver>> {
  const { site, progress, stop, limit } = world.context()
  const lock = await site.database.lock(stop.now)
  const { instance } = await site.database.facts(stop.now)
  const fence = new Fence({ lock, objects: site.objects, instance, progress })
  const deps = { ...site, store: parent, parent: null, journal: new JournalBuffer(parent), lock, fence, progress }
  const options = { keepObjects: false, force: false }
  return (page) => restoreItems({ ...deps, pages: [page], options, stop, limit })
}

describe('a local file that goes right after its row came back', () => {
  const losing = (change: () => void): void => {
    world.database.afterChange = ([first]) => {
      if (first?.to === at(0).path) change()
    }
  }

  it.each([
    ['is deleted', () => world.uploads.entries.delete(at(0).source)],
    ['is written to', () => world.uploads.overwrite(at(0).source, Buffer.from('FIRST'))],
  ])('because it %s keeps the object, which may be the last copy', async (_, change) => {
    losing(change)
    const restore = await restoring()
    expect(await restore(copies())).toMatchObject({ objects: 1 })
    expect(world.pathOf(at(0).id)).toBe(at(0).path)
    expect(world.bucket.objects.get(at(0).key)?.bytes.toString()).toBe('first')
  })

  it('with its document, which a user has deleted, does not keep the object', async () => {
    losing(() => {
      world.database.remove(at(0).id)
      world.uploads.entries.delete(at(0).source)
    })
    const restore = await restoring()
    expect(await restore(copies())).toMatchObject({ objects: 0 })
    expect(world.bucket.objects.has(at(0).key)).toBe(false)
  })
})

describe('a rollback of a record with a flipped bit', () => {
  /** Every character of the path, its last bit turned, and one that is another document’s path. */
  const damaged = (): string[] => [...Array.from(at(0).path, (_, index) => flipped(at(0).path, index)), at(1).path]
  it('in the old path gives no row a path that does not lead to its file, and keeps the object', async () => {
    const restore = await restoring()
    for (const oldPath of damaged()) {
      const left = await restore(copies().map((copy) => ({ ...copy, item: { ...copy.item, oldPath } })))
      expect([oldPath, left.rows]).toEqual([oldPath, 1])
      expect(world.pathOf(at(0).id)).toBe(`s3://${at(0).key}`)
      expect(world.bucket.objects.has(at(0).key)).toBe(true)
    }
  })

  it('says so in its plan', async () => {
    const { site, progress, stop } = world.context()
    const standings = [...parent.standings()].map((page) =>
      page.map((one) =>
        one.item.documentId === at(0).id ? { ...one, item: { ...one.item, oldPath: at(1).path } } : one,
      ),
    )
    const store = world.createStore({ kind: 'rollback', id: rollbackId, parent: parent.header.id })
    const lying = new Proxy(parent, {
      get: (target, name) => (name === 'standings' ? () => standings : (Reflect.get(target, name, target) as unknown)),
    })
    const preview = await planRollback(
      { ...site, parent: lying, store, progress, force: false, keepObjects: false, signal: stop.now },
      {},
    )
    expect(preview).toMatchObject({ rows: 1, conflicts: 1 })
    const [blocked] = store.query.prepare(`SELECT code, message FROM item WHERE verdict = 'blocked'`).all()
    expect(blocked).toMatchObject({ code: 'ROLLBACK_BLOCKED' })
    expect(blocked).toMatchObject({
      message: expect.stringContaining(`leads to “${at(1).source}”, not to “${at(0).source}”`) as string,
    })
  })
})

describe('freeing', () => {
  const free = async (): Promise<RunReport> => {
    const context = world.context()
    const store = await prepareFree(context, {
      parent,
      kind: 'quarantine',
      anyway: false,
      createStore: () => world.createStore({ kind: 'quarantine', id: freeId, parent: parent.header.id }),
    })
    return executeFree(context, store, parent)
  }
  const aside = (place: number): string | null => world.contentOf(`quarantine/${freeId}/${at(place).source}`)

  it('leaves what took the place of a file after its bytes were compared', async () => {
    world.uploads.onRead = (path) => {
      if (path === at(0).source) world.uploads.write(path, Buffer.from('FIRST'))
    }
    const report = await free()
    expect(codes(report)).toEqual(['SOURCE_CHANGED 1'])
    expect([world.contentOf(at(0).source), aside(0), aside(1)]).toEqual(['FIRST', null, 'second'])
  })

  it('puts back what took the place of a file in the instant of its move', async () => {
    world.uploads.onWrite = (call, path) => {
      if (call === 'move' && path === at(0).source) world.uploads.write(path, Buffer.from('FIRST'))
    }
    const report = await free()
    expect(codes(report)).toEqual(['SOURCE_CHANGED 1'])
    expect([world.contentOf(at(0).source), aside(0), aside(1)]).toEqual(['FIRST', null, 'second'])
  })

  it.each([
    ['its row came back', 'ROW_CHANGED', () => world.database.setPath('documents.file_path', at(0).id, at(0).path)],
    ['its object went', 'OBJECT_MISSING', () => world.bucket.objects.delete(at(0).key)],
    ['its text is to be read', 'AWAITS_OCR', () => world.database.waitingForOcr.add(at(0).id)],
  ])('does not touch a file of which, while it was compared, %s', async (_, code, change) => {
    const moved: string[] = []
    world.uploads.onWrite = (_call, path) => moved.push(path)
    world.uploads.onRead = (path) => {
      if (path === at(0).source) change()
    }
    expect(codes(await free())).toEqual([`${code} 1`])
    expect(moved).toEqual([at(1).source])
  })

  it.each([
    ['row comes back', 'ROW_CHANGED', () => world.database.setPath('documents.file_path', at(0).id, at(0).path)],
    ['object goes', 'OBJECT_MISSING', () => world.bucket.objects.delete(at(0).key)],
  ])('puts a file back whose %s in the instant of its move', async (_, code, change) => {
    world.uploads.onWrite = (call, path) => {
      if (call === 'move' && path === at(0).source) change()
    }
    expect(codes(await free())).toEqual([`${code} 1`])
    expect([world.contentOf(at(0).source), aside(0), aside(1)]).toEqual(['first', null, 'second'])
  })

  it('ends when another database takes the bucket over, which holds what is left of the documents', async () => {
    world.limit = new AdaptiveLimit(1)
    const other = new MemoryDatabase({ identity: 'memory/2', label: 'elsewhere' })
    const { instance } = await other.facts(world.stop.now)
    const lock = await other.lock(world.stop.now)
    const get = world.bucket.get.bind(world.bucket)
    let reads = 0
    world.bucket.get = async function* (key, signal) {
      yield* get(key, signal)
      // As the first file is about to go.
      if (key.startsWith('documents/') && ++reads === 1)
        await takeOver({ objects: world.bucket, lock, instance, signal })
    }
    const report = await free()
    expect(report).toMatchObject({ status: 'interrupted', freed: 0 })
    expect(codes(report)).toContain('BUCKET_CLAIMED 1')
    expect([0, 1].map(aside)).toEqual([null, null])
  })

  it('sees a row that was entered while it was under way', async () => {
    const get = world.bucket.get.bind(world.bucket)
    let isEntered = false
    world.bucket.get = async function* (key, signal) {
      yield* get(key, signal)
      if (isEntered) return
      isEntered = true
      // Whichever goes first, the other is named from now on.
      const other = key === at(0).key ? at(1) : at(0)
      world.database.otherPaths.add(`./uploads/${other.source}`)
    }
    expect(codes(await free())).toEqual(['FILE_STILL_NAMED 1'])
  })
})
