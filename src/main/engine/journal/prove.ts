import { runFacts } from '../../../shared/runKind.ts'
import { z } from 'zod'
import { MigrateError } from '../errors.ts'
import { isPlausible, seedOf, sumOfBytes, textsIn } from './checksum.ts'
import { decisions, intentsOfMany, remarks } from './entries.ts'
import { integrityOf, noDamage, type Damage } from './integrity.ts'
import { itemRow } from './itemRows.ts'
import { checked, soundViews } from './schema.ts'
import { bytesOf, type SqliteFile } from './sqliteFile.ts'
import type { OpenedFile } from './storeFile.ts'

/** Some milliseconds' work: between two pages others get their turn. */
const rowsAtOnce = 1_000

/** What of a file is damaged, hidden from all that reads plan and journal through it. `planned`: items of the sealed plan. */
export async function provenDamage(store: OpenedFile, planned: () => number | undefined): Promise<Damage> {
  const { database } = store
  const indexPages = indexPagesOf(database)
  const integrity = await integrityOf(database, (page) => indexPages.has(page))
  if (integrity.pages !== null) throw invalid(store, integrity.pages)

  const items = await damagedRows(store, 'item')
  const lines = await damagedRows(store, 'journal')
  const indexed = indexedSeqs(database, lines)
  if (integrity.indexes) rebuildIndexes(store)
  const missing = missingRows(database, lines.length === 0 ? planned() : undefined)
  if (items.length + lines.length + missing === 0) return noDamage

  const about = lines.map((id) => lineAt(database, id))
  const ofItems = about.flatMap(({ seq }) => seq ?? [])
  hide(database, items, lines)
  const damaged = new Set([...items, ...ofItems, ...indexed, ...(lines.length > 0 ? itemsWithoutErrand(store) : [])])
  hideItems(database, [...damaged])
  const ofRun = about.filter(({ seq, step }) => seq === null || known(decisions).has(step))
  return {
    items: [...damaged].sort((a, b) => a - b),
    lines: ofRun.length + missing,
    isUndecided: missing > 0 || ofRun.some(({ step }) => !harmless.has(step)),
  }
}

const known = (steps: readonly string[]): ReadonlySet<string> => new Set(steps)
const harmless = known([...intentsOfMany, ...remarks])

const invalid = ({ header, database }: OpenedFile, words: string): MigrateError =>
  new MigrateError('RUN_STORE_INVALID', {
    message: `The record of run “${header.id}” is damaged: ${words.replace(/\s+/g, ' ').slice(0, 200)}`,
    subject: database.path,
  })

const indexPagesOf = (database: SqliteFile): Set<number> =>
  new Set(database.numbers(`SELECT rootpage AS page FROM main.sqlite_master WHERE type = 'index'`))

/** The items that damaged lines were about when they were written: their number stands in an index as well. */
function indexedSeqs(database: SqliteFile, lines: readonly number[]): number[] {
  if (lines.length === 0) return []
  return database.numbers(
    `SELECT seq FROM main.journal INDEXED BY journal_seq WHERE seq IS NOT NULL
       AND id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(lines),
  )
}

/** The indexes are made of rows that are proven now. */
function rebuildIndexes(store: OpenedFile): void {
  try {
    store.database.exec('PRAGMA query_only = OFF; REINDEX')
  } catch (cause) {
    if (cause instanceof MigrateError) throw cause
    throw invalid(store, cause instanceof Error ? cause.message : String(cause))
  }
}

/** Rows whose checksum is not that of their values; in a store without checksums those that cannot be read. */
async function damagedRows(store: OpenedFile, table: 'item' | 'journal'): Promise<number[]> {
  const { texts, numbers } = checked[table]
  const place = table === 'item' ? 'seq' : 'id'
  const query = store.database.prepare(
    `SELECT ${numbers.join(', ')}, ${store.hasChecksums ? 'checksum' : 'NULL AS checksum'}, ${textsIn(texts)} AS texts
     FROM main.${table} WHERE ${place} > ? ORDER BY ${place} LIMIT ${rowsAtOnce}`,
    'bytes',
  )
  const seed = seedOf(store.header.id)
  const damaged: number[] = []
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const rows = z.array(z.record(z.string(), z.unknown())).parse(query.all(after))
    for (const row of rows) {
      const at = z.number().parse(row[place])
      const bytes = bytesOf(row.texts) ?? Buffer.alloc(0)
      const isSound = store.hasChecksums
        ? row.checksum ===
          sumOfBytes(
            seed,
            bytes,
            numbers.map((name) => row[name]),
          )
        : isPlausible(bytes) && isReadable(store.database, table, at)
      if (!isSound) damaged.push(at)
      after = at
    }
    if (rows.length < rowsAtOnce) return damaged
    await new Promise(setImmediate)
  }
}

function isReadable(database: SqliteFile, table: 'item' | 'journal', at: number): boolean {
  if (table === 'item')
    return itemRow.safeParse(database.prepare('SELECT * FROM main.item WHERE seq = ?').get(at)).success
  const row = database.prepare('SELECT coalesce(json_valid(data), 1) AS valid FROM main.journal WHERE id = ?').get(at)
  return z.object({ valid: z.literal(1) }).safeParse(row).success
}

/** Rows that were there once: numbers of lines have no gaps, and the plan says how many items it has. */
function missingRows(database: SqliteFile, planned: number | undefined): number {
  const lines = database.number('SELECT count(*) AS count FROM main.journal')
  const written = database.number(
    `SELECT coalesce(max(seq), 0) AS last FROM main.sqlite_sequence WHERE name = 'journal'`,
  )
  const items = database.number('SELECT count(*) AS count FROM main.item')
  return Math.abs(written - lines) + Math.abs((planned ?? items) - items)
}

const line = z.object({ seq: z.number().nullable().catch(null), step: z.string().catch('') })
type Line = z.infer<typeof line>

const lineAt = (database: SqliteFile, id: number): Line =>
  line.parse(database.prepare('SELECT seq, step FROM main.journal WHERE id = ?').get(id))

function hide(database: SqliteFile, items: readonly number[], lines: readonly number[]): void {
  database.exec(`PRAGMA query_only = OFF; ${soundViews}`)
  const add = database.prepare('INSERT INTO damaged_line SELECT value FROM json_each(?)')
  add.run(JSON.stringify(lines))
  hideItems(database, items)
}

function hideItems(database: SqliteFile, items: readonly number[]): void {
  database.prepare('INSERT OR IGNORE INTO damaged_item SELECT value FROM json_each(?)').run(JSON.stringify(items))
}

/** Items of a run over another one of which nothing says any more what is to be done with them. */
function itemsWithoutErrand({ database, header }: OpenedFile): number[] {
  const { isResumable } = runFacts[header.kind]
  if (!isResumable || header.kind === 'migrate') return []
  return database.numbers(
    `SELECT i.seq FROM item i WHERE i.verdict = 'move' AND NOT EXISTS
       (SELECT 1 FROM journal j WHERE j.seq = i.seq AND j.step IN ('inherited', 'remedy'))`,
  )
}
