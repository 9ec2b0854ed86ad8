import { posix } from 'node:path'
import pLimit from 'p-limit'
import type { ErrorCode } from '../../../shared/errors.ts'
import { resolveLinks, targetOf } from '../audit/links.ts'
import { traceOf, traceOfKey, tracesOf, type Sought, type Traces } from '../audit/traces.ts'
import type { RunStore } from '../journal/runStore.ts'
import { Scratch } from '../journal/scratch.ts'
import { objectPages } from '../listing.ts'
import { isOnS3 } from '../keys/readurKeys.ts'
import { candidatesFor, type PathPrefix } from '../plan/paths.ts'
import type { DocumentRow, FileStamp, ListedFile, ObjectStore, ReadurDatabase, UploadsFolder } from '../ports.ts'

/** Places looked at side by side. */
const lookups = 16

export interface ReferencesSite {
  database: Pick<ReadurDatabase, 'documents' | 'mentions'>
  uploads: Pick<UploadsFolder, 'list' | 'inspect'>
  prefixes: readonly PathPrefix[]
}

/** Why a file has to stay where it is. */
export interface Need {
  code: ErrorCode
  message: string
}

const tables = `
CREATE TABLE file (path TEXT PRIMARY KEY, size INTEGER, identity TEXT, folded TEXT, id TEXT, name TEXT, extension TEXT)
  WITHOUT ROWID;
CREATE TABLE link (path TEXT PRIMARY KEY, target TEXT) WITHOUT ROWID;
CREATE TABLE linked (real TEXT, link TEXT, PRIMARY KEY (real, link)) WITHOUT ROWID;
CREATE TABLE named (path TEXT, owner TEXT, PRIMARY KEY (path, owner)) WITHOUT ROWID;
CREATE TABLE alias (mark TEXT, owner TEXT, PRIMARY KEY (mark, owner)) WITHOUT ROWID;
CREATE TABLE outside (name TEXT, owner TEXT, path TEXT, PRIMARY KEY (name, owner)) WITHOUT ROWID;
CREATE TABLE lost (owner TEXT PRIMARY KEY, hash TEXT, size INTEGER) WITHOUT ROWID;
CREATE TABLE live (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE object (key TEXT PRIMARY KEY, id TEXT) WITHOUT ROWID;
CREATE VIEW unmatched AS SELECT path, size, id, name, extension FROM file f
  WHERE NOT EXISTS (SELECT 1 FROM named n WHERE n.path = f.path);
`

const indexes = `
CREATE INDEX file_identity ON file (identity) WHERE identity IS NOT NULL;
CREATE INDEX file_folded ON file (folded);
CREATE INDEX file_id ON file (id) WHERE id IS NOT NULL;
CREATE INDEX file_name ON file (name);
`

/** A path that a row, or another table, holds. */
interface Naming {
  /** Id of the document, or the name of the table. */
  owner: string
  path: string
  /** Set of a document's own file: it is missed where nothing is found. */
  document: DocumentRow | null
}

/**
 * What rows and links name in the uploads folder, by where it really lies and not by how it is spelled. Read once, kept on
 * disk: there may be millions. What comes later is not known here.
 */
export class References extends Scratch {
  #hasLinks = false

  private constructor(run: Pick<RunStore, 'path'>) {
    super(run, 'references', tables)
  }

  /**
   * Lists the uploads folder and reads all rows: every place where Readur would look for the file of a row that is not on S3,
   * with all links followed, and what other tables say.
   */
  static async read(run: Pick<RunStore, 'path'>, site: ReferencesSite, signal: AbortSignal): Promise<References> {
    const references = new References(run)
    try {
      for await (const page of site.uploads.list(signal)) references.#addFiles(page, site.prefixes)
      references.database.exec(indexes)
      references.#followLinks()
      for await (const page of site.database.documents({}, signal)) {
        references.#addLive(page)
        await references.#addNamings(site, page.flatMap(namingsOf))
      }
      for await (const page of site.database.mentions(signal)) {
        await references.#addNamings(
          site,
          page.map(({ table, path }) => ({ owner: table, path, document: null })),
        )
      }
      return references
    } catch (error) {
      references.close()
      throw error
    }
  }

  /** Objects of documents, too: what is missing on disk may be there. */
  async readObjects(objects: Pick<ObjectStore, 'list'>, signal: AbortSignal): Promise<void> {
    const insert = this.prepare('INSERT OR IGNORE INTO object VALUES (?, ?)')
    for await (const page of objectPages(objects, 'documents/', signal)) {
      this.database.transaction(() => {
        for (const { key } of page) insert.run(key, traceOfKey(key))
      })
    }
    this.database.exec('CREATE INDEX object_id ON object (id) WHERE id IS NOT NULL')
  }

  /** Where a path really leads, links on the way and the last one followed, letters as they are listed. */
  realOf(path: string): string {
    const resolved = this.#hasLinks ? resolveLinks(this, path) : path
    if (this.#isListed(resolved)) return resolved
    // Upper and lower case, composed letters: one file, where the file system takes them for one.
    const [alike, another] = this.texts('SELECT path FROM file WHERE folded = ? LIMIT 2', folded(resolved))
    return alike !== undefined && another === undefined ? alike : resolved
  }

  /** Why the file at `path` has to stay, null when nothing needs it: a row, or a link that leads to it. */
  needOf(path: string, stamp: FileStamp | null): Need | null {
    return this.namingOf(path, stamp, new Set()) ?? this.#linkNeed(this.realOf(path))
  }

  /**
   * Who names the place of `path` other than `mine`, past any link. `stamp`: of the file that lies there now, by which it is
   * recognised under another name. Another hard link is no other name: it keeps the bytes when this one goes.
   */
  namingOf(path: string, stamp: FileStamp | null, mine: ReadonlySet<string>): Need | null {
    const real = this.realOf(path)
    const foreign = (sql: string, ...values: unknown[]): string | undefined =>
      this.texts(sql, ...values).find((owner) => !mine.has(owner))
    const stillNamed = (owner: string, how: string): Need => {
      const who = mentionTables.has(owner) ? `A row of ${owner}` : `Document ${owner}`
      return { code: 'FILE_STILL_NAMED', message: `${who} names “${real}”${how}.` }
    }
    const byName = foreign('SELECT owner FROM named WHERE path = ?', real)
    if (byName !== undefined) return stillNamed(byName, '')
    if (stamp) {
      const byMark = foreign('SELECT owner FROM alias WHERE mark = ?', markOf(stamp))
      if (byMark !== undefined) return stillNamed(byMark, ', spelled in another way')
      // One folder that is mounted at two places. Hard links that tools make have names of their own.
      const bySecondName = foreign(
        `SELECT n.owner FROM file f JOIN named n ON n.path = f.path WHERE f.identity = ? AND f.path <> ? AND f.name = ?`,
        stamp.identity,
        real,
        posix.basename(real).toLowerCase(),
      )
      if (bySecondName !== undefined) return stillNamed(bySecondName, ', which is also seen at another place')
    }
    const byForeignPath = foreign('SELECT owner FROM outside WHERE name = ?', posix.basename(real).toLowerCase())
    if (byForeignPath === undefined) return null
    const [stored = ''] = this.texts('SELECT path FROM outside WHERE owner = ?', byForeignPath)
    const message = `Document ${byForeignPath} names “${stored}”, which may be the same place as “${real}”.`
    return { code: 'FILE_STILL_NAMED', message }
  }

  /** The link that lies at `path` itself, null for a file. */
  linkAt(path: string): string | null {
    const folder = posix.dirname(path)
    const real = folder === '.' || !this.#hasLinks ? folder : resolveLinks(this, folder)
    const at = posix.join(real, posix.basename(path))
    const [target] = this.texts('SELECT target FROM link WHERE path = ?', at)
    return target ?? null
  }

  /** A document whose file is missing and that may be this content. */
  missedBy({ sha256, size }: { sha256: string; size: number }, recorded: string | null): string | null {
    const [owner] = this.texts(
      `SELECT owner FROM lost WHERE hash = ? OR hash = ? UNION ALL
       SELECT owner FROM lost WHERE hash IS NULL AND (size IS NULL OR size = ?) LIMIT 1`,
      sha256,
      recorded?.toLowerCase() ?? sha256,
      size,
    )
    return owner ?? null
  }

  /** What may be a document that was not found: files that no row names, and objects where they were read. */
  tracesOf(row: Sought): Traces {
    return tracesOf(this, row)
  }

  /** A link to the very file: rows that are to go back to that link would find nothing. */
  #linkNeed(real: string): Need | null {
    const [link] = this.texts('SELECT link FROM linked WHERE real = ? LIMIT 1', real)
    if (link === undefined) return null
    return { code: 'FILE_LINKED', message: `The symbolic link “${link}” leads to “${real}”.` }
  }

  /** What each link leads to in the end, past other links. */
  #followLinks(): void {
    const page = 'SELECT path FROM link WHERE path > ? ORDER BY path LIMIT 1000'
    const insert = this.prepare('INSERT OR IGNORE INTO linked VALUES (?, ?)')
    for (let links = this.texts(page, ''); links.length > 0; links = this.texts(page, links.at(-1))) {
      this.database.transaction(() => {
        for (const link of links) insert.run(this.realOf(link), link)
      })
    }
  }

  #isListed(path: string): boolean {
    return this.has('SELECT 1 FROM file WHERE path = ?', path)
  }

  #addFiles(page: readonly ListedFile[], prefixes: readonly PathPrefix[]): void {
    const file = this.prepare('INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?)')
    const link = this.prepare('INSERT OR REPLACE INTO link VALUES (?, ?)')
    this.database.transaction(() => {
      for (const one of page) {
        if (one.kind === 'file') {
          const { id, name, extension } = traceOf(one.path)
          file.run(one.path, one.stamp.size, one.stamp.identity, folded(one.path), id, name, extension)
        }
        const target = one.kind === 'link' ? targetOf(one, prefixes) : null
        if (target === null) continue
        link.run(one.path, target)
        this.#hasLinks = true
      }
    })
  }

  #addLive(page: readonly DocumentRow[]): void {
    const insert = this.prepare('INSERT OR IGNORE INTO live VALUES (?)')
    this.database.transaction(() => {
      for (const { id } of page) insert.run(id)
    })
  }

  async #addNamings({ uploads, prefixes }: ReferencesSite, namings: readonly Naming[]): Promise<void> {
    const name = this.prepare('INSERT OR IGNORE INTO named VALUES (?, ?)')
    const outside = this.prepare('INSERT OR IGNORE INTO outside VALUES (?, ?, ?)')
    const unlisted: { naming: Naming; places: string[] }[] = []
    this.database.transaction(() => {
      for (const naming of namings) {
        const { owner, path } = naming
        if (isOnS3(path)) continue
        const candidates = candidatesFor(path, prefixes)
        if (candidates.kind === 'outside') outside.run(posix.basename(path).toLowerCase(), owner, path)
        if (candidates.kind !== 'inside') continue
        const places = candidates.exact.map((place) => this.realOf(place))
        for (const place of places) name.run(place, owner)
        if (candidates.recoverable !== null) name.run(this.realOf(candidates.recoverable), owner)
        if (!places.some((place) => this.#isListed(place))) unlisted.push({ naming, places: candidates.exact })
      }
    })
    const limit = pLimit(lookups)
    await Promise.all(unlisted.map(({ naming, places }) => limit(() => this.#lookAt(uploads, naming, places))))
  }

  /** A place that was not in the list: it is spelled in a way that only the file system knows, or new, or nothing is there. */
  async #lookAt(uploads: Pick<UploadsFolder, 'inspect'>, { owner, document }: Naming, places: string[]): Promise<void> {
    let isFound = false
    for (const place of places) {
      const facts = await uploads.inspect(place)
      if (facts.kind !== 'absent') isFound = true
      if (facts.kind === 'file')
        this.prepare('INSERT OR IGNORE INTO alias VALUES (?, ?)').run(markOf(facts.stamp), owner)
    }
    if (isFound || document === null) return
    const { fileHash, fileSize } = document
    this.prepare('INSERT OR IGNORE INTO lost VALUES (?, ?, ?)').run(owner, fileHash?.toLowerCase() ?? null, fileSize)
  }
}

/** What owns a naming that is no document’s. */
export const mentionTables: ReadonlySet<string> = new Set(['failed_documents', 'ignored_files'])

const namingsOf = (row: DocumentRow): Naming[] => [
  { owner: row.id, path: row.filePath, document: row },
  ...row.images.flatMap(({ processedPath, originalPath }) =>
    [processedPath, originalPath].map((path) => ({ owner: row.id, path, document: null })),
  ),
]

/** What tells a file from others where its name does not; without inodes, what looks the same is taken for the same. */
const markOf = ({ identity, size, mtimeMs }: FileStamp): string => identity ?? `${size}:${mtimeMs}`

const folded = (path: string): string => path.normalize('NFC').toLowerCase()
