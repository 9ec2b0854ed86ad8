import { describe, expect, it } from 'vitest'
import type { ObjectFacts } from '../../../src/main/engine/ports.ts'
import { Hasher } from '../../../src/main/engine/transfer/fingerprint.ts'
import { proveContent, verifyCopy } from '../../../src/main/engine/verify/verify.ts'

const never = new AbortController().signal
const bytes = Buffer.from('the bytes of the document')
const sent = fingerprint(bytes)

function fingerprint(of: Buffer) {
  const hasher = new Hasher(of.length)
  hasher.update(of)
  return hasher.digest()
}

/** A store that holds `stored`, and counts how often it was downloaded. */
function storeOf(stored: Buffer, change: Partial<ObjectFacts> = {}) {
  const facts: ObjectFacts = {
    size: stored.length,
    lacks: [],
    etag: fingerprint(stored).md5,
    revision: 'first',
    contentType: null,
    metadata: {},
    ...change,
  }
  const store = {
    downloads: 0,
    facts,
    head: () => Promise.resolve<ObjectFacts | null>(facts),
    get: async function* () {
      store.downloads += 1
      yield await Promise.resolve(stored)
    },
  }
  return store
}

describe('whether an object is the file', () => {
  const prove = (store: ReturnType<typeof storeOf>, level: 'head' | 'readback', expected = sent) =>
    proveContent(store, 'key', store.facts, expected, level, never)

  it('its ETag says so: it is the MD5 that was computed while sending', async () => {
    const store = storeOf(bytes)
    expect(await prove(store, 'head')).toBe('etag')
    expect(store.downloads).toBe(0)
  })

  it('its ETag says so: it is that of the parts', async () => {
    const expected = { ...sent, compositeEtag: 'ab-2' }
    expect(await prove(storeOf(bytes, { etag: 'ab-2' }), 'head', expected)).toBe('etag')
  })

  it.each([['another ETag'], [null]])('its ETag (%s) says nothing, its bytes do', async (etag) => {
    const store = storeOf(bytes, { etag })
    expect(await prove(store, 'head')).toBe('readback')
    expect(store.downloads).toBe(1)
  })

  it('an absent ETag of parts is not taken for one that matches', async () => {
    const other = Buffer.from('other bytes of this document!'.slice(0, bytes.length))
    expect(await prove(storeOf(other, { etag: null }), 'head')).toBeNull()
  })

  it('it has other bytes of the same length', async () => {
    const other = Buffer.from(bytes)
    other[3] = 0
    expect(await prove(storeOf(other), 'head')).toBeNull()
    expect(await prove(storeOf(other), 'readback')).toBeNull()
  })

  it('it has the right ETag and other bytes: only a read-back notices', async () => {
    const other = Buffer.from(bytes)
    other[3] = 0
    expect(await prove(storeOf(other, { etag: sent.md5 }), 'readback')).toBeNull()
  })

  it('it has another length: no need to download it', async () => {
    const store = storeOf(bytes, { size: bytes.length + 1 })
    expect(await prove(store, 'readback')).toBeNull()
    expect(await prove(store, 'head')).toBeNull()
    expect(store.downloads).toBe(0)
  })
})

describe('a copy that was just sent', () => {
  const verified = (store: ReturnType<typeof storeOf>) => verifyCopy(store, 'key', sent, 'head', never)

  it('is known by its revision later, where its bytes had to be read', async () => {
    expect(await verified(storeOf(bytes))).toEqual({ evidence: 'etag' })
    expect(await verified(storeOf(bytes, { etag: 'of KMS' }))).toEqual({ evidence: 'readback', revision: 'first' })
    expect(await verified(storeOf(bytes, { etag: 'of KMS', revision: null }))).toEqual({ evidence: 'readback' })
  })

  it('is not, where somebody wrote there while it was read', async () => {
    const store = storeOf(bytes, { etag: 'of KMS' })
    const revisions = ['first', 'second']
    const head = () => Promise.resolve({ ...store.facts, revision: revisions.shift() ?? null })
    expect(await verified({ ...store, head })).toEqual({ evidence: 'readback' })
  })

  it.each([
    ['is not there', () => Promise.resolve(null), /not there/],
    [
      'is too short',
      () => Promise.resolve({ size: 1, lacks: [], etag: null, revision: null, contentType: null, metadata: {} }),
      /1 bytes; 25 were sent/,
    ],
    [
      'has other bytes',
      () => Promise.resolve({ size: 25, lacks: [], etag: null, revision: null, contentType: null, metadata: {} }),
      /another SHA-256/,
    ],
  ])('%s: the error says so', async (_story, head, message) => {
    const store = { ...storeOf(Buffer.alloc(25)), head }
    await expect(verifyCopy(store, 'key', sent, 'head', never)).rejects.toMatchObject({
      code: 'VERIFY_FAILED',
      scope: 'item',
      message: expect.stringMatching(message) as unknown,
    })
  })
})
