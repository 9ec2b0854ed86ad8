import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/sandbox/documents/random.ts'

describe('createRandom', () => {
  it('gives the same values for the same seed and others for another', () => {
    const draw = (seed: string) => {
      const random = createRandom(seed)
      return [random.next(), random.integer(1, 6), random.uuid(), random.bytes(5).toString('hex')]
    }
    expect(draw('a')).toEqual(draw('a'))
    expect(draw('a')).not.toEqual(draw('b'))
  })

  it('stays within the bounds of an integer and reaches both', () => {
    const random = createRandom('dice')
    const thrown = new Set(Array.from({ length: 500 }, () => random.integer(1, 6)))
    expect([...thrown].sort()).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('makes version 4 UUIDs, all different', () => {
    const random = createRandom('ids')
    const ids = Array.from({ length: 1000 }, () => random.uuid())
    expect(new Set(ids).size).toBe(1000)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('refuses to pick from nothing', () => {
    expect(() => createRandom('x').pick([])).toThrow('at least one')
  })
})
