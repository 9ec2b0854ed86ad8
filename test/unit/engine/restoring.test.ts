import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { countSelected, usersOf } from '../../../src/main/engine/journal/items.ts'
import type { RunStore } from '../../../src/main/engine/journal/runStore.ts'
import { planRollback } from '../../../src/main/engine/rollback/planRollback.ts'
import type { RollbackPreview, UndoSelection } from '../../../src/shared/run.ts'
import { World, type PlantedDocument } from '../../fakes/world.ts'

const rollbackId = '20261124-084501-9f3c'
const ada = '99999999-2222-4333-8444-555555555555'
const day = 24 * 60 * 60_000

let world: World
let run: RunStore
let first: PlantedDocument
let second: PlantedDocument
let adas: PlantedDocument
beforeEach(async () => {
  world = await World.open()
  first = world.addDocument('first')
  world.addImage(first)
  second = world.addDocument('second')
  adas = world.addDocument('of Ada', { userId: ada })
  const refused = [world.addDocument('refused'), world.addDocument('refused too')]
  for (const { key } of refused) {
    const before = (): never => {
      throw new MigrateError('S3_REJECTED', { message: 'The service refuses this one.' })
    }
    world.faults.plan({ on: 'put', key, before, times: Infinity })
  }
  world.database.names.set(ada, 'ada')
  for (const [place, document] of [first, second, adas].entries()) {
    const entry = world.uploads.entries.get(document.source)
    if (entry?.kind === 'file') entry.mtimeMs = (place + 1) * day
  }
  expect(await world.migrate()).toMatchObject({ committed: 4, failed: 2 })
  if (!world.store) throw new Error('nothing was migrated')
  run = world.store
})
afterEach(() => world.close())

async function plan(selection: UndoSelection): Promise<{ preview: RollbackPreview; documents: string[] }> {
  const { site, progress, stop } = world.context()
  const store = world.createStore({ kind: 'rollback', id: rollbackId, parent: run.header.id })
  const how = { force: false, keepObjects: false, signal: stop.now }
  const preview = await planRollback({ ...site, parent: run, store, progress, ...how }, selection)
  const moving = store.query.texts(`SELECT DISTINCT document_id FROM item WHERE verdict = 'move'`)
  store.close()
  return { preview, documents: moving.sort() }
}

const ids = (...documents: PlantedDocument[]): string[] => documents.map(({ id }) => id).sort()

describe('what of a run is rolled back', () => {
  it('counts documents that go back, and none that the run has failed at', async () => {
    const { preview, documents } = await plan({})
    expect(preview).toMatchObject({ documents: 3, rows: 4 })
    expect(documents).toEqual(ids(first, second, adas))
    expect(countSelected(run, {})).toMatchObject({ documents: 3, files: 4 })
  })

  it.each<[string, () => UndoSelection, () => string[]]>([
    ['people', () => ({ userIds: [ada] }), () => ids(adas)],
    ['documents, with their images', () => ({ documentIds: [first.id] }), () => ids(first)],
    ['days', () => ({ from: 2 * day, before: 3 * day }), () => ids(second)],
    ['days of the document, whatever those of its image are', () => ({ before: 2 * day }), () => ids(first)],
    ['a folder as Readur names it', () => ({ folder: '/app/uploads/documents' }), () => ids(first, second, adas)],
    ['a folder within the uploads folder', () => ({ folder: 'documents/' }), () => ids(first, second, adas)],
    ['a folder that only begins alike', () => ({ folder: 'docu' }), () => []],
    ['all that is said together', () => ({ userIds: [ada], before: 2 * day }), () => []],
  ])('can be %s, and the count says as much', async (_, selection, expected) => {
    const { preview, documents } = await plan(selection())
    expect(documents).toEqual(expected())
    expect(countSelected(run, selection()).documents).toBe(expected().length)
    expect(countSelected(run, selection()).files).toBe(preview.rows)
  })

  it('names people as they log in, as far as that could be read', () => {
    expect(usersOf(run).map(({ name, documents }) => [name, documents])).toEqual([
      [null, 2],
      ['ada', 1],
    ])
  })
})
