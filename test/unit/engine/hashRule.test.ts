import { describe, expect, it } from 'vitest'
import { checkRecordedHash } from '../../../src/main/engine/verify/hashRule.ts'

const [recorded, other] = ['ab'.repeat(32), 'cd'.repeat(32)]

describe('bytes on disk against the hash that Readur recorded', () => {
  it.each([
    ['the same', { mimeType: 'text/plain', fileHash: recorded }, recorded, { ok: true, note: null }],
    [
      'the same, written in capitals',
      { mimeType: null, fileHash: 'AB'.repeat(32) },
      recorded,
      { ok: true, note: null },
    ],
    ['no hash recorded', { mimeType: 'text/plain', fileHash: null }, other, { ok: true, note: null }],
    ['another on a document', { mimeType: 'application/pdf', fileHash: recorded }, other, { ok: false }],
    ['another on something of unknown type', { mimeType: null, fileHash: recorded }, other, { ok: false }],
    [
      'another on a photograph',
      { mimeType: 'image/jpeg', fileHash: recorded },
      other,
      { ok: true, note: 'IMAGE_REENCODED' },
    ],
    [
      'another on an image in capitals',
      { mimeType: 'IMAGE/PNG', fileHash: recorded },
      other,
      { ok: true, note: 'IMAGE_REENCODED' },
    ],
    [
      'another on a type that only contains the word',
      { mimeType: 'application/image/x', fileHash: recorded },
      other,
      { ok: false },
    ],
  ])('%s', (_story, item, sha256, verdict) => expect(checkRecordedHash(item, sha256)).toEqual(verdict))
})
