import { isUtf8 } from 'node:buffer'
import { crc32 } from 'node:zlib'

/** What cannot stand at the beginning or end of a value by accident: the separators of ASCII. */
const between = '\u001f'
const nothing = '\u001e'

type Value = string | number | null

const joined = (values: readonly Value[]): string => values.map((value) => value ?? nothing).join(between)

/**
 * The checksum of a row: its texts, then its numbers. CRC-32 finds every single flipped bit and every burst of up to 32,
 * wherever it strikes. `seed` is the run’s, so that a row of another run is noticed too.
 */
export const sumOf = (seed: number, texts: readonly Value[], numbers: readonly Value[]): number =>
  sumOfBytes(seed, Buffer.from(joined(texts)), numbers)

/** The same of texts as SQLite has joined them: see `textsIn`. */
export const sumOfBytes = (seed: number, texts: Uint8Array, numbers: readonly unknown[]): number =>
  crc32(between + numbers.map(textOf).join(between), crc32(texts, seed))

/** What is no number in a damaged row is no number here either, and so fits no checksum. */
const textOf = (value: unknown): string => {
  if (value === null) return nothing
  return typeof value === 'number' ? String(value) : typeof value
}

export const seedOf = (runId: string): number => crc32(runId)

/** Stands for what is neither text nor null: a flipped bit can make a blob of a text, which compares as another value. */
const mistyped = 29

/** SQL for the texts of a row as one blob, as `sumOf` joins them. */
export const textsIn = (columns: readonly string[]): string => {
  const each = columns.map(
    (name) => `CASE typeof(${name}) WHEN 'text' THEN ${name} WHEN 'null' THEN char(30) ELSE char(${mistyped}) END`,
  )
  return `CAST(${each.join(' || char(31) || ')} AS BLOB)`
}

/** Texts that SQLite has joined and that a store without checksums may hold. */
export const isPlausible = (texts: Buffer): boolean => isUtf8(texts) && !texts.includes(mistyped)
