import { z } from 'zod'
import type { RunStore } from '../journal/runStore.ts'
import { Scratch } from '../journal/scratch.ts'
import type { PathPrefix } from '../plan/paths.ts'
import type { ListedFile, ListedObject } from '../ports.ts'
import { targetOf } from './links.ts'
import { traceOf, traceOfKey } from './traces.ts'

/** A row of `documents` or `processed_images`, as it is compared. */
export interface AuditedRow {
  kind: 'document' | 'processed_image'
  documentId: string
  rowId: string
  userId: string | null
  filename: string
  path: string
  size: number | null
  hash: string | null
  mime: string | null
  /** Where it points at S3. */
  key: string | null
}

/** The first place where Readur would look and where something lies; null when it was not found in the listing. */
export type MatchedRow = AuditedRow & { seq: number; file: string | null }

const tables = `
CREATE TABLE record (seq INTEGER PRIMARY KEY, kind TEXT, documentId TEXT, rowId TEXT, userId TEXT, filename TEXT, path TEXT,
  size INTEGER, hash TEXT, mime TEXT, key TEXT, file TEXT);
CREATE TABLE claim (seq INTEGER, rank INTEGER, path TEXT, PRIMARY KEY (seq, rank)) WITHOUT ROWID;
CREATE TABLE mention (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE file (path TEXT PRIMARY KEY, size INTEGER, mtimeMs REAL, identity TEXT, id TEXT, name TEXT, extension TEXT)
  WITHOUT ROWID;
CREATE TABLE link (path TEXT PRIMARY KEY, target TEXT) WITHOUT ROWID;
CREATE TABLE object (key TEXT PRIMARY KEY, size INTEGER, etag TEXT, modifiedAt INTEGER, documentId TEXT, id TEXT) WITHOUT ROWID;
CREATE TABLE seen (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE unmatched (path TEXT PRIMARY KEY, size INTEGER, hash TEXT, id TEXT, name TEXT, extension TEXT) WITHOUT ROWID;
CREATE VIEW live AS SELECT documentId AS id FROM record;
`

/** Made when all is in: a tenth of the time that keeping them up would take. */
const indexes = `
CREATE INDEX claim_path ON claim (path);
CREATE INDEX record_key ON record (key) WHERE key IS NOT NULL;
CREATE INDEX record_document ON record (documentId);
CREATE INDEX record_hash ON record (hash) WHERE hash IS NOT NULL;
CREATE INDEX record_size ON record (size) WHERE hash IS NOT NULL;
CREATE INDEX file_stamp ON file (size, mtimeMs);
CREATE INDEX object_document ON object (documentId) WHERE documentId IS NOT NULL;
CREATE INDEX object_id ON object (id) WHERE id IS NOT NULL;
`

/** By content once a file was read, by size until then. */
const unmatchedIndexes = `
CREATE INDEX unmatched_hash ON unmatched (hash) WHERE hash IS NOT NULL;
CREATE INDEX unmatched_unread ON unmatched (size, path) WHERE hash IS NULL;
CREATE INDEX unmatched_id ON unmatched (id) WHERE id IS NOT NULL;
CREATE INDEX unmatched_name ON unmatched (name);
`

/** Of a place where Readur does not look. */
const lastRank = 1_000

/** A statement on this many rows takes some milliseconds: between two of them, others get their turn. */
const rowsAtOnce = 2_000

/**
 * Rows, files and objects of one audit in a file of their own, gone with it. What is held in memory does not grow with
 * their number; the file has about half a kilobyte for each.
 */
export class AuditLists extends Scratch {
  #lastSeq = 0

  constructor(store: RunStore) {
    super(store, 'audit', tables)
  }

  /** `places`: where Readur would look for the file, first to last; `also`: where its start may have moved it to. */
  addRows(rows: readonly (AuditedRow & { places: readonly string[]; also: string | null })[]): void {
    const record = this.prepare('INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)')
    const claim = this.prepare('INSERT INTO claim VALUES (?, ?, ?)')
    this.database.transaction(() => {
      for (const { places, also, ...row } of rows) {
        const seq = (this.#lastSeq += 1)
        const { kind, documentId, rowId, userId, filename, path, size, hash, mime, key } = row
        record.run(seq, kind, documentId, rowId, userId, filename, path, size, hash, mime, key)
        for (const [rank, place] of places.entries()) claim.run(seq, rank, place)
        if (also !== null) claim.run(seq, lastRank, also)
      }
    })
  }

  addMentions(paths: readonly string[]): void {
    const insert = this.prepare('INSERT OR IGNORE INTO mention VALUES (?)')
    this.database.transaction(() => {
      for (const path of paths) insert.run(path)
    })
  }

  addFiles(files: readonly ListedFile[], prefixes: readonly PathPrefix[]): void {
    const file = this.prepare('INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?)')
    const link = this.prepare('INSERT OR REPLACE INTO link VALUES (?, ?)')
    this.database.transaction(() => {
      for (const one of files) {
        if (one.kind === 'file') {
          const { id, name, extension } = traceOf(one.path)
          file.run(one.path, one.stamp.size, one.stamp.mtimeMs, one.stamp.identity, id, name, extension)
        }
        const target = one.kind === 'link' ? targetOf(one, prefixes) : null
        if (target !== null) link.run(one.path, target)
      }
    })
  }

  addObjects(objects: readonly (ListedObject & { documentId: string | null })[]): void {
    const insert = this.prepare('INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?)')
    this.database.transaction(() => {
      for (const { key, size, etag, modifiedAt, documentId } of objects)
        insert.run(key, size, etag, modifiedAt, documentId, traceOfKey(key))
    })
  }

  /** Finds the file of each row. Call once, when all lists are in. */
  async match(): Promise<void> {
    this.database.exec(indexes)
    const match = this.prepare(
      `UPDATE record SET file = (SELECT c.path FROM claim c JOIN file f ON f.path = c.path
         WHERE c.seq = record.seq AND c.rank < ${lastRank} ORDER BY c.rank LIMIT 1)
       WHERE seq BETWEEN ? AND ? AND key IS NULL`,
    )
    for (let from = 1; from <= this.#lastSeq; from += rowsAtOnce) {
      match.run(from, from + rowsAtOnce - 1)
      await new Promise(setImmediate)
    }
    this.database.exec('CREATE INDEX record_file ON record (file) WHERE file IS NOT NULL')
    await this.#collectUnmatched()
  }

  /** Files that are no row's: what is missing is searched for among these alone. */
  async #collectUnmatched(): Promise<void> {
    const end = 'SELECT max(path) AS "to" FROM (SELECT path FROM file WHERE path > ? ORDER BY path LIMIT ?)'
    const collect = this.prepare(
      `INSERT INTO unmatched SELECT path, size, NULL, id, name, extension FROM file f WHERE path > ? AND path <= ?
         AND NOT EXISTS (SELECT 1 FROM record r WHERE r.file = f.path)`,
    )
    for (let from = ''; ;) {
      const { to } = this.row(z.object({ to: z.string().nullable() }), end, from, rowsAtOnce) ?? { to: null }
      if (to === null) break
      collect.run(from, to)
      from = to
      await new Promise(setImmediate)
    }
    this.database.exec(unmatchedIndexes)
  }

  /** This file is a row's, although the row spells it in another way than the listing. */
  markSeen(path: string): void {
    this.prepare('INSERT OR IGNORE INTO seen VALUES (?)').run(path)
  }

  /** Rows that `where` is true of, a page at a time. `where` is SQL over `r`, a record. */
  matched(where: string): Generator<MatchedRow[]> {
    const sql = `SELECT * FROM record r WHERE r.seq > ? AND (${where}) ORDER BY r.seq LIMIT 500`
    return this.pages(matchedRow, ['seq', 0], sql)
  }
}

const matchedRow = z.object({
  seq: z.number(),
  kind: z.enum(['document', 'processed_image']),
  documentId: z.string(),
  rowId: z.string(),
  userId: z.string().nullable(),
  filename: z.string(),
  path: z.string(),
  size: z.number().nullable(),
  hash: z.string().nullable(),
  mime: z.string().nullable(),
  key: z.string().nullable(),
  file: z.string().nullable(),
})
