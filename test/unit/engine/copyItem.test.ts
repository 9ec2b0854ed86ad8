import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isMovable } from '../../../src/main/engine/plan/item.ts'
import { ownStepPermit } from '../../../src/main/engine/ownership/permit.ts'
import type { FileStamp } from '../../../src/main/engine/ports.ts'
import { copyItem, type CopyDeps } from '../../../src/main/engine/transfer/copyItem.ts'
import { OverwriteGuard } from '../../../src/main/engine/transfer/overwriteGuard.ts'
import { MemoryObjectStore } from '../../fakes/memoryObjectStore.ts'
import { plannedItem } from '../../fakes/runStores.ts'

/** Too large to be held in memory, too small for parts. */
const size = 9 * 1024 ** 2
const stamp: FileStamp = { size, mtimeMs: 1_700_000_000_000, identity: '1:2' }
const original = Buffer.alloc(size, 'a')
const other = Buffer.alloc(size, 'b')
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Copies a document whose file gives these bytes, one buffer a read. */
async function copied(reads: Buffer[], fileHash: string | null, objects = new MemoryObjectStore()) {
  let count = 0
  const deps: CopyDeps = {
    maker: { id: 'r', databaseIdentity: 'd' },
    fence: {
      forObjects: async (_paths, look, remove) =>
        remove({ permit: ownStepPermit(), referenced: new Set(), found: await look() }),
    },
    uploads: {
      open: () =>
        Promise.resolve({
          stamp,
          read: async function* () {
            yield await Promise.resolve(reads[count++] ?? original)
          },
          restat: () => Promise.resolve(stamp),
          close: () => Promise.resolve(),
        }),
    },
    objects,
    options: { multipartThreshold: 100_000_000, verify: 'head' },
    guard: new OverwriteGuard(),
    mayBeThere: false,
    intendedAt: () => 0,
    onBytes: () => undefined,
    openUpload: null,
    journal: { begun: () => undefined, arrived: () => undefined, ended: () => undefined },
    signal: new AbortController().signal,
  }
  const planned = { ...plannedItem('d1', { size, mtimeMs: stamp.mtimeMs, fileHash }), seq: 1 }
  if (!isMovable(planned)) throw new Error('not movable')
  const code = await copyItem(deps, planned).then(
    () => null,
    (error: unknown) => error,
  )
  return { code, objects }
}

describe('a file that is sent as it is read', () => {
  it.each([['with', sha256(original)] as const, ['without', null] as const])(
    'arrives, %s a recorded hash',
    async (_name, hash) => {
      const { code, objects } = await copied([original, original], hash)
      expect(code).toBeNull()
      expect([...objects.objects.values()].map(({ bytes }) => bytes.equals(original))).toEqual([true])
    },
  )

  it('is not sent when it is damaged: not one byte', async () => {
    const { code, objects } = await copied([other], sha256(original))
    expect(code).toMatchObject({ code: 'HASH_MISMATCH' })
    expect(objects.objects.size).toBe(0)
  })

  it('leaves no object when it changes between being looked at and being sent', async () => {
    const { code, objects } = await copied([original, other], sha256(original))
    expect(code).toMatchObject({ code: 'SOURCE_CHANGED', message: 'Two reads gave different bytes.' })
    expect(objects.objects.size).toBe(0)
  })
})

describe('a copy that is not stored as the connection asks', () => {
  it.each(['encryption', 'storage class'] as const)('without its %s, ends the run and is removed', async (option) => {
    const objects = new MemoryObjectStore()
    objects.lacks = [option]
    const { code } = await copied([original, original], null, objects)
    expect(code).toMatchObject({ code: 'S3_OPTION_IGNORED', scope: 'run' })
    expect(objects.objects.size).toBe(0)
  })

  it('is not used when it lies there unencrypted, and is when a rule has moved it to another class', async () => {
    const objects = new MemoryObjectStore()
    await copied([original, original], null, objects)
    objects.lacks = ['encryption']
    expect((await copied([original], null, objects)).code).toMatchObject({ code: 'OBJECT_UNENCRYPTED', scope: 'item' })
    objects.lacks = ['storage class']
    expect((await copied([original], null, objects)).code).toBeNull()
    expect(objects.objects.size).toBe(1)
  })
})
