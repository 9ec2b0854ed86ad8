import { describe, expect, it } from 'vitest'
import { isMovable, type MovableItem } from '../../../src/main/engine/plan/item.ts'
import type { FileStamp, SourceFile } from '../../../src/main/engine/ports.ts'
import { Hasher, type Fingerprint } from '../../../src/main/engine/transfer/fingerprint.ts'
import { assertAsPlanned, assertUnchanged, assertUndamaged } from '../../../src/main/engine/transfer/source.ts'
import { plannedItem } from '../../fakes/runStores.ts'

const stamp: FileStamp = { size: 10, mtimeMs: 1_700_000_000_000.5, identity: '1:2' }

function item(change: Parameters<typeof plannedItem>[1] = {}): MovableItem {
  const planned = { ...plannedItem('d1', change), seq: 1 }
  if (isMovable(planned)) return planned
  throw new Error('not movable')
}

function readOf(size: number): Fingerprint {
  const hasher = new Hasher(size)
  hasher.update(Buffer.alloc(size))
  return hasher.digest()
}

const fileThatIsNow = (now: Partial<FileStamp>): SourceFile => ({
  stamp,
  read: () => {
    throw new Error('not needed')
  },
  restat: () => Promise.resolve({ ...stamp, ...now }),
  close: () => Promise.resolve(),
})

describe('a file at its opening', () => {
  it('is the one that was planned', () => {
    expect(() => assertAsPlanned(item(), stamp)).not.toThrow()
  })

  it.each([{ size: 11 }, { mtimeMs: stamp.mtimeMs + 0.25 }])('is another one than was planned: %o', (change) => {
    expect(() => assertAsPlanned(item(), { ...stamp, ...change })).toThrow(
      expect.objectContaining({ code: 'SOURCE_CHANGED', scope: 'item' }),
    )
  })
})

describe('a file after it was read', () => {
  it('is as it was', async () => {
    await expect(assertUnchanged(item(), fileThatIsNow({}), readOf(10))).resolves.toBeUndefined()
  })

  it.each([{ size: 11 }, { mtimeMs: stamp.mtimeMs + 0.25 }, { identity: '1:3' }])(
    'was changed while it was read: %o',
    async (now) => {
      await expect(assertUnchanged(item(), fileThatIsNow(now), readOf(10))).rejects.toMatchObject({
        code: 'SOURCE_CHANGED',
      })
    },
  )

  it.each([9, 11])('has given %i bytes instead of 10', async (size) => {
    await expect(assertUnchanged(item(), fileThatIsNow({}), readOf(size))).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
    })
  })
})

describe('the bytes of a file against the document that was uploaded', () => {
  const { sha256 } = readOf(10)

  it('are the same', () => {
    expect(assertUndamaged(item({ fileHash: sha256 }), readOf(10))).toBeNull()
  })

  it('are damaged, and the error says by what one can tell', () => {
    const fileHash = 'ab'.repeat(32)
    expect(() => assertUndamaged(item({ fileHash }), readOf(10))).toThrow(
      expect.objectContaining({ code: 'HASH_MISMATCH', message: `SHA-256 is ${sha256}; ${fileHash} was uploaded.` }),
    )
  })
})
