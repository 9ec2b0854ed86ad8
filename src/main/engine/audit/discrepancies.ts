import { posix } from 'node:path'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { PlannedItem } from '../plan/item.ts'
import { pathOfKey } from '../keys/readurKeys.ts'
import type { Progress } from '../progress.ts'
import type { MatchedRow } from './lists.ts'

const itemsAtOnce = 200

/** What an audit finds, written into its run as items: `blocked` what is amiss, `skip` what is good to know. */
export class Discrepancies {
  readonly #store: Pick<RunStore, 'addItems'>
  readonly #progress: Progress
  #waiting: PlannedItem[] = []
  found = 0
  notes = 0
  /** Files and objects that were read whole. */
  read = 0

  constructor(store: Pick<RunStore, 'addItems'>, progress: Progress) {
    this.#store = store
    this.#progress = progress
  }

  /** Something about a row. `place`: where its document was found, or what was looked at. */
  row(
    row: MatchedRow,
    code: ErrorCode,
    message: string,
    {
      note = false,
      source = row.file,
      key = row.key,
    }: { note?: boolean; source?: string | null; key?: string | null } = {},
  ): void {
    this.#add(note, {
      kind: row.kind,
      documentId: row.documentId,
      rowId: row.rowId,
      userId: row.userId,
      filename: row.filename,
      oldPath: row.path,
      source,
      key,
      size: row.size ?? 0,
      mtimeMs: 0,
      mimeType: row.mime,
      fileHash: row.hash,
      code,
      message,
    })
  }

  /** A file that no row names. */
  file({ path, size, mtimeMs }: StrayFile, code: ErrorCode, message: string, note: boolean, documentId = ''): void {
    const place = { filename: posix.basename(path), oldPath: path, source: path, key: null, size, mtimeMs }
    this.#add(note, { ...nobody, ...place, kind: 'file', documentId, code, message })
  }

  /** An object that no row points at. */
  object(
    { key, size, modifiedAt }: StrayObject,
    code: ErrorCode,
    message: string,
    note: boolean,
    documentId = '',
  ): void {
    const place = {
      filename: posix.basename(key),
      oldPath: pathOfKey(key),
      source: null,
      key,
      size,
      mtimeMs: modifiedAt,
    }
    this.#add(note, { ...nobody, ...place, kind: 'object', documentId, code, message })
  }

  /** All of it is in the run when this returns. */
  flush(): void {
    if (this.#waiting.length > 0) this.#store.addItems(this.#waiting)
    this.#waiting = []
  }

  #add(note: boolean, item: Omit<PlannedItem, 'verdict' | 'followers'>): void {
    this.#waiting.push({ ...item, verdict: note ? 'skip' : 'blocked', followers: [] })
    if (note) this.notes += 1
    else this.found += 1
    this.#progress.planned({ documents: 0, move: 0, skip: note ? 1 : 0, blocked: note ? 0 : 1, bytes: 0 })
    if (this.#waiting.length >= itemsAtOnce) this.flush()
  }
}

export interface StrayFile {
  path: string
  size: number
  mtimeMs: number
}

export interface StrayObject {
  key: string
  size: number
  modifiedAt: number
}

const nobody = { rowId: '', userId: null, mimeType: null, fileHash: null }
