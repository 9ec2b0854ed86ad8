import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StateRecord } from '../../../../src/main/engine/import/readStateFile.ts'
import { MigrateError } from '../../../../src/main/engine/errors.ts'
import { failed, headOf, idOf, image, moved, movedIds, ofKind, openReader, pretty, state } from './states.ts'
import { user, warningsOf, type Reader } from './states.ts'

let reader: Reader
beforeAll(async () => {
  reader = await openReader()
})
afterAll(() => reader.remove())

/** All that a state file can have. */
const full = state({
  readur_migrate: { format: 1, run_id: '20261122-084501-9f3a', database_identity: 'readur/7', bucket: 'papers' },
  completed_migrations: [
    moved(1, { associated_files: [image(1)], sha256: 'ab'.repeat(32) }),
    moved(2, { original_path: './uploads/Ünïcödé \\ "😀" \u00e9.pdf' }),
  ],
  completed_associated_files: [{ document_id: idOf(4), user_id: user, ...image(4) }],
  failed_migrations: [failed(1, { original_path: 'its image', error: '' })],
})
const rollback = {
  original_migration_state: full,
  rollback_completed_at: '2026-07-01T11:00:00Z',
  rollback_errors: ['Failed to delete S3 object x: timeout'],
}

/** What reading gives, or null where the file is refused; any other error fails the test. */
async function readOrRefuse(content: string | Uint8Array): Promise<StateRecord[] | null> {
  try {
    return await reader.read(content)
  } catch (error) {
    if (error instanceof MigrateError && error.code === 'STATE_FILE_INVALID') return null
    throw error
  }
}

const isDamageWarning = (message: string): boolean => /^The file (ends at|is damaged after) byte \d+/.test(message)
const entriesOf = (records: readonly StateRecord[]) =>
  records.filter(({ kind }) => kind !== 'head' && kind !== 'warning')

describe('a file that was cut off', () => {
  it('anywhere gives what came before, and one warning', async () => {
    const bytes = Buffer.from(`\ufeff${JSON.stringify({ ...full, rollback_errors: rollback.rollback_errors })}`)
    const whole = await reader.read(bytes)
    const valuesOf = (records: readonly StateRecord[]) =>
      headOf(records).flatMap((head) => [head.shape, head.startedAt, head.runId, head.databaseIdentity, head.bucket])
    const known: unknown[] = [...valuesOf(whole), null, 'migration state']
    const entries = entriesOf(whole).map((entry) => JSON.stringify(entry))
    expect(entries).toHaveLength(4)
    let most = 0
    const wrong: unknown[] = []
    for (let length = 0; length < bytes.length; length += 1) {
      const records = await readOrRefuse(bytes.subarray(0, length))
      const found = entriesOf(records ?? []).map((entry) => JSON.stringify(entry))
      const isSound = found.length >= most && found.every((entry, at) => entry === entries[at])
      most = found.length
      const isHeadSound = valuesOf(records ?? []).every((value) => known.includes(value))
      const damage = warningsOf(records ?? []).filter(isDamageWarning)
      const isTold = damage.length === 1 && damage[0]?.startsWith(`The file ends at byte ${length},`)
      if (!isSound || !isHeadSound || !(isTold || records === null)) wrong.push({ length, records })
    }
    expect(wrong).toEqual([])
    expect(most).toBe(entries.length)
  }, 60_000)
})

/** Numbers from 0 to below `bound`, the same for the same seed (mulberry32). */
function randoms(seed: number): (bound: number) => number {
  let at = seed
  return (bound) => {
    at = (at + 0x6d2b79f5) | 0
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound)
  }
}

const pieces = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u0000',
  'null',
  '1e999',
  '"__proto__":',
  '"completed_migrations":',
  '"s3_key":"x",',
  '\0',
  '\ufeff',
  '../',
  'A',
  '0',
].map((piece) => Buffer.from(piece))

function mutate(bytes: Buffer, random: (bound: number) => number): Buffer {
  const at = random(bytes.length)
  const length = random(40)
  const rest = bytes.subarray(Math.min(at + length, bytes.length))
  const from = random(bytes.length)
  const ways = [
    () => [bytes.subarray(0, at), Buffer.from([random(256)]), bytes.subarray(at + 1)],
    () => [bytes.subarray(0, at), rest],
    () => [bytes.subarray(0, at), pieces[random(pieces.length)] ?? '', bytes.subarray(at)],
    () => [bytes.subarray(0, at), bytes.subarray(from, from + random(400)), bytes.subarray(at)],
    () => [bytes.subarray(0, at), Buffer.alloc(length), rest],
  ]
  return Buffer.concat((ways[random(ways.length)]?.() ?? []).map((part) => Buffer.from(part)))
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return true
  } catch {
    return false
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What holds for every record, whatever the file says. */
function assertSound(records: readonly StateRecord[]): void {
  expect(records.map(({ kind }) => kind).indexOf('head')).toBe(0)
  expect(headOf(records)).toHaveLength(1)
  expect(new Set(movedIds(records)).size).toBe(movedIds(records).length)
  const documents = ofKind(records, 'moved').map(({ document }) => document)
  const strays = ofKind(records, 'moved file').map(({ file }) => file)
  for (const { documentId, userId, key } of documents) {
    expect(key).toMatch(new RegExp(`^documents/${userId}/\\d{4}/\\d{2}/${documentId}(\\.[^./]+)?$`))
  }
  for (const { documentId, userId } of [...documents, ...strays]) {
    expect(documentId).toMatch(uuid)
    expect(userId).toMatch(uuid)
  }
  const owned = documents.flatMap(({ files, ...owner }) => files.map((file) => ({ ...owner, ...file })))
  for (const { documentId, userId, type, key } of [...owned, ...strays]) {
    const name = type === 'thumbnail' ? `thumbnails/${userId}/${documentId}_thumb.jpg` : `processed_images/${userId}/`
    expect(key.startsWith(name)).toBe(true)
    expect(key.split('/')).toHaveLength(3)
  }
  const failures = ofKind(records, 'not moved').map(({ document }) => document)
  for (const { originalPath } of [...documents, ...owned, ...strays, ...failures]) {
    expect(originalPath.length).toBeGreaterThan(0)
    expect(originalPath).not.toContain('\0')
  }
  for (const message of warningsOf(records)) expect(message).not.toMatch(/\p{Cc}/u)
}

describe('a file with anything in it', () => {
  it.each([1, 2, 3, 4])(
    'gives sound records or is refused, and tells damage as JSON.parse does (seed %i)',
    async (seed) => {
      const random = randoms(seed)
      const originals = [pretty(full), JSON.stringify(full), pretty(rollback)].map((text) => Buffer.from(text))
      let read = 0
      for (let n = 0; n < 300; n += 1) {
        let bytes: Buffer = originals[n % originals.length] ?? Buffer.alloc(0)
        for (let times = 1 + random(3); times > 0; times -= 1) bytes = mutate(bytes, random)
        const records = await readOrRefuse(bytes)
        if (records === null) continue
        read += 1
        assertSound(records)
        expect(warningsOf(records).some(isDamageWarning), bytes.toString()).toBe(!isJson(bytes))
      }
      expect(read).toBeGreaterThan(100)
    },
    60_000,
  )
})
