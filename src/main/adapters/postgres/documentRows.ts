import type { Client } from 'pg'
import { z } from 'zod'
import { MigrateError } from '../../engine/errors.ts'
import type { SavedDocument } from '../../engine/ports.ts'

const root = 'documents'

/** A table as the catalogue has it; all names are quoted where they need it. */
const tableRow = z.object({
  name: z.string(),
  columns: z.array(z.string()),
  /** Those that may be given a value. */
  insertable: z.array(z.string()),
  /** Of the primary key. */
  key: z.array(z.string()),
  mayRestore: z.boolean(),
})
type Table = z.infer<typeof tableRow>

/** What becomes of the rows of `child` when the row of `parent` goes: deleted with it, or pointing at nothing. */
const linkRow = z.object({
  child: z.string(),
  parent: z.string(),
  goes: z.boolean(),
  childColumns: z.array(z.string()),
  parentColumns: z.array(z.string()),
})
type Link = z.infer<typeof linkRow>

const savedRow = z.object({ table: z.string(), columns: z.array(z.string()), row: z.string() })

/** Rows as PostgreSQL writes them as text, which it reads back exactly, whatever their types. */
const savedSchema = z.object({
  version: z.literal(1),
  /** In the order in which they can be put back: a row comes after those that it needs. */
  rows: z.array(savedRow),
  /** Rows that stay and lose what they point at, as they were. */
  pointers: z.array(savedRow.extend({ pointing: z.array(z.string()) })),
})
type Saved = z.infer<typeof savedSchema>

interface Catalogue {
  tables: Map<string, Table>
  links: Link[]
}

/** The document with all rows that would go with it, as the open transaction sees them: all of one state. Null when it is gone. */
export async function readSaved(client: Client, id: string): Promise<SavedDocument | null> {
  const catalogue = await readCatalogue(client)
  const { rows: found } = await client.query(
    `SELECT ctid::text AS at, file_path FROM documents WHERE id = $1::uuid FOR UPDATE`,
    [id],
  )
  if (found.length === 0) return null
  const { at, file_path } = z.object({ at: z.string(), file_path: z.string() }).parse(found[0])
  assertRestorable(catalogue, id)
  const saved: Saved = { version: 1, rows: [], pointers: [] }
  const seen = new Set<string>()
  const waiting = [{ table: root, places: [at] }]
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { table, places } = next
    const fresh = places.filter((place) => !seen.has(`${table} ${place}`))
    if (fresh.length === 0) continue
    for (const place of fresh) seen.add(`${table} ${place}`)
    for (const row of await rowsAt(client, table, fresh)) saved.rows.push(rowOf(catalogue, table, row))
    for (const link of catalogue.links.filter(({ parent }) => parent === table)) {
      const children = await pointingAt(client, link, fresh)
      if (link.goes) waiting.push({ table: link.child, places: children.map((child) => child.at) })
      else {
        for (const { row } of children) {
          saved.pointers.push({ ...rowOf(catalogue, link.child, row), pointing: link.childColumns })
        }
      }
    }
  }
  return { documentId: id, filePath: file_path, rows: JSON.stringify(saved) }
}

/** Puts back what was saved, in the open transaction. */
export async function writeSaved(client: Client, { documentId, rows }: SavedDocument): Promise<void> {
  const catalogue = await readCatalogue(client)
  const saved = savedSchema.parse(JSON.parse(rows))
  for (const { table: name, columns, row } of saved.rows) {
    const table = tableOf(catalogue, name, columns, documentId)
    await client.query(
      `INSERT INTO ${table.name} (${table.insertable.join(', ')}) OVERRIDING SYSTEM VALUE
       SELECT ${table.insertable.map((column) => `(s.r).${column}`).join(', ')} FROM (SELECT $1::${table.name} AS r) s`,
      [row],
    )
  }
  for (const { table: name, columns, row, pointing } of saved.pointers) {
    const table = tableOf(catalogue, name, columns, documentId)
    const known = pointing.filter((column) => table.columns.includes(column))
    await client.query(
      `UPDATE ${table.name} t SET ${known.map((column) => `${column} = (s.r).${column}`).join(', ')}
       FROM (SELECT $1::${table.name} AS r) s
       WHERE ${[...table.key.map((column) => `t.${column} = (s.r).${column}`), ...known.map((column) => `t.${column} IS NULL`)].join(' AND ')}`,
      [row],
    )
  }
}

/** Names come from the catalogue alone: what was saved only has to agree with it. */
function tableOf({ tables }: Catalogue, name: string, columns: readonly string[], documentId: string): Table {
  const table = tables.get(name)
  if (table && JSON.stringify(table.columns) === JSON.stringify(columns)) return table
  throw new MigrateError('DB_REJECTED', {
    message: `The table ${JSON.stringify(name)} has other columns than when the row was saved.`,
    subject: documentId,
  })
}

function rowOf({ tables }: Catalogue, table: string, row: string): z.infer<typeof savedRow> {
  return { table, columns: tables.get(table)?.columns ?? [], row }
}

function assertRestorable({ tables, links }: Catalogue, documentId: string): void {
  const closed = [...tables.values()].find(({ mayRestore }) => !mayRestore)
  if (closed) {
    throw new MigrateError('DB_PRIVILEGE', {
      message: `The user may not delete and insert rows of ${closed.name}, so they could not be put back.`,
      subject: documentId,
    })
  }
  const keyless = links.find(({ child, goes }) => !goes && tables.get(child)?.key.length === 0)
  if (!keyless) return
  throw new MigrateError('DB_REJECTED', {
    message: `Rows of ${keyless.child} point at documents and have no primary key, so they could not be put back.`,
    subject: documentId,
  })
}

const placed = z.array(z.object({ at: z.string(), row: z.string() }))

async function rowsAt(client: Client, table: string, places: readonly string[]): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT t.ctid::text AS at, t::text AS row FROM ${table} t WHERE t.ctid = ANY($1::tid[]) ORDER BY t.ctid`,
    [places],
  )
  return placed.parse(rows).map(({ row }) => row)
}

async function pointingAt(client: Client, link: Link, places: readonly string[]): Promise<z.infer<typeof placed>> {
  const { rows } = await client.query(
    `SELECT t.ctid::text AS at, t::text AS row FROM ${link.child} t
     WHERE (${link.childColumns.map((column) => `t.${column}`).join(', ')}) IN
       (SELECT ${link.parentColumns.map((column) => `p.${column}`).join(', ')} FROM ${link.parent} p
        WHERE p.ctid = ANY($1::tid[]))
     ORDER BY t.ctid`,
    [places],
  )
  return placed.parse(rows)
}

/** The tables whose rows depend on documents, however far away, and how. Readur's own, and what others have added. */
async function readCatalogue(client: Client): Promise<Catalogue> {
  // Not as PostgreSQL would call it: that depends on where the user's role looks first.
  const nameOf = (table: string): string =>
    `(SELECT CASE WHEN n.nspname = current_schema() THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(t.relname)
      FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace WHERE t.oid = ${table})`
  const columnsOf = (table: string, numbers: string): string =>
    `ARRAY(SELECT quote_ident(a.attname) FROM unnest(${numbers}) WITH ORDINALITY k(n, o)
           JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = k.n ORDER BY k.o)`
  const { rows: linkRows } = await client.query(
    `WITH RECURSIVE link AS (
       SELECT c.* FROM pg_constraint c
       WHERE c.contype = 'f' AND c.confrelid = to_regclass($1) AND c.confdeltype IN ('c', 'n', 'd')
       UNION
       SELECT c.* FROM pg_constraint c JOIN link l ON c.confrelid = l.conrelid AND l.confdeltype = 'c'
       WHERE c.contype = 'f' AND c.confdeltype IN ('c', 'n', 'd'))
     SELECT DISTINCT ${nameOf('c.conrelid')} AS child, ${nameOf('c.confrelid')} AS parent,
       c.confdeltype = 'c' AS goes, ${columnsOf('c.conrelid', 'c.conkey')} AS "childColumns",
       ${columnsOf('c.confrelid', 'c.confkey')} AS "parentColumns"
     FROM link c`,
    [root],
  )
  const links = z.array(linkRow).parse(linkRows)
  const names = [...new Set([root, ...links.map(({ child }) => child)])]
  const { rows: tableRows } = await client.query(
    `SELECT t.name,
       ARRAY(SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = to_regclass(t.name) AND attnum > 0
             AND NOT attisdropped ORDER BY attnum) AS columns,
       ARRAY(SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = to_regclass(t.name) AND attnum > 0
             AND NOT attisdropped AND attgenerated = '' ORDER BY attnum) AS insertable,
       coalesce((SELECT ${columnsOf('i.indrelid', 'i.indkey::int2[]')} FROM pg_index i
                 WHERE i.indrelid = to_regclass(t.name) AND i.indisprimary), '{}') AS key,
       has_table_privilege(t.name, 'INSERT') AND (t.name <> $2 OR has_table_privilege(t.name, 'DELETE')) AS "mayRestore"
     FROM unnest($1::text[]) AS t(name)`,
    [names, root],
  )
  return {
    tables: new Map(
      z
        .array(tableRow)
        .parse(tableRows)
        .map((table) => [table.name, table]),
    ),
    links,
  }
}
