import { afterEach, beforeEach, expect, it } from 'vitest'
import { StopControl } from '../../../src/main/engine/stop.ts'
import { documentsThroughReadur } from '../../../src/main/runs/checks/validate.ts'
import { MemoryReadur } from '../../fakes/memoryReadur.ts'
import { World } from '../../fakes/world.ts'

let world: World
let readur: MemoryReadur
beforeEach(async () => {
  world = await World.open()
  readur = new MemoryReadur(world)
  world.addDocument('one')
  world.addDocument('two')
})
afterEach(() => world.close())

const ask = (documents = 10, broken: readonly string[] = []) => {
  const context = { site: { database: world.database }, stop: new StopControl() }
  return documentsThroughReadur({ readur, context }, documents, ({ id }) => broken.includes(id))
}

it('opens documents through Readur with the token of an administrator', async () => {
  expect(await ask()).toMatchObject({ readur: { tried: 2, refused: 0 }, readurSkipped: null })
})

it('does not take for damage what another user’s token cannot open', async () => {
  readur.role = 'user'
  const words = '“ada” is not an administrator of Readur and can only open their own documents.'
  expect(await ask()).toEqual({ readur: null, readurSkipped: words })
  expect(readur.served).toEqual([])
})

it('opens as many documents as it is to, each once, and none that was broken before', async () => {
  const sound = [...world.database.documentRows.keys()]
  const broken = [world.addDocument().id, world.addDocument().id]
  const draws = [broken, [broken[0] ?? '', sound[0] ?? ''], sound]
  world.database.randomDocuments = (_, signal) => world.database.documentsById(draws.shift() ?? [], signal)
  expect((await ask(2, broken)).readur).toMatchObject({ tried: 2, same: 2, refused: 0 })
  expect(readur.served.map(({ id }) => id)).toEqual(sound)
})
