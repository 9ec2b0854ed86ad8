import { z } from 'zod'
import type { ItemOrder, PlanFacets, PlanFilter, PlanItem, PlanList, PlanRows } from '../../../shared/planTable.ts'
import { defaultMigrateOptions, itemKinds } from '../../../shared/run.ts'
import { fullPathOf } from '../../engine/audit/exportAudit.ts'
import { MigrateError } from '../../engine/errors.ts'
import { errorCodeSchema } from '../../engine/journal/errorCode.ts'
import { RunStore } from '../../engine/journal/runStore.ts'
import type { SqliteFile } from '../../engine/journal/sqliteFile.ts'
import { openFile } from '../../engine/journal/storeFile.ts'

/** The lists that are kept: the one on the screen, and the one before it. */
const listsKept = 2
const usersListed = 1_000
/** Parts are larger only of files above 160 GB. */
const partBytes = 16 * 1024 ** 2

/** Where a line of a list is found: by its place in a table of its own, or, in the list of all items, by itself. */
interface Found {
  total: number
  bytes: number
  /** Name of the table; null: the items themselves, which begin with `first`. */
  table: string | null
  first: number
}

/**
 * The items of one plan as a list of any length, filtered and sorted, read from any place at once. A plan that is sealed
 * never changes, so a list is worked out once: the places go into a temporary table, which SQLite keeps on disk.
 */
export class PlanTable {
  readonly #store: RunStore
  readonly #db: SqliteFile
  readonly #lists = new Map<string, Found>()
  #facets: PlanFacets | null = null
  #made = 0

  /** Throws RUN_STORE_INVALID, and RUN_NOT_STARTABLE while the plan is being made. */
  constructor(path: string) {
    this.#store = RunStore.open(path, 'read')
    try {
      if (this.#store.last('planned') === null) {
        const subject = this.#store.header.id
        throw new MigrateError('RUN_NOT_STARTABLE', { message: 'Its plan was not finished.', subject })
      }
      this.#db = openFile(path, 'read').database
    } catch (error) {
      this.#store.close()
      throw error
    }
    // Temporary tables need it. The run itself is guarded by its triggers.
    this.#db.exec('PRAGMA query_only = OFF')
  }

  close(): void {
    this.#db.close()
    this.#store.close()
  }

  /** Lines `from` (from 0) and after of a list. */
  rows(list: PlanList, from: number, limit: number): PlanRows {
    const { table, first, total, bytes } = this.#find(list)
    const source =
      table === null ? 'item i WHERE i.seq >= ?' : `${table} l JOIN item i ON i.seq = l.seq WHERE l.rowid >= ?`
    const place = table === null ? 'i.seq' : 'l.rowid'
    const rows = this.#db
      .rows(
        planRow,
        `SELECT ${columns} FROM ${source} ORDER BY ${place} LIMIT ?`,
        from + (table === null ? first : 1),
        limit,
      )
      .map(({ source, key, ...row }) => ({ ...row, place: fullPathOf(this.#store.header, { source, key }) }))
    return { rows, total, bytes }
  }

  /** Everything about one item. */
  item(seq: number): PlanItem {
    const { documentId, rowId, userId, source, key, mtimeMs, fileHash, message, followers, ...item } =
      this.#store.item(seq)
    return {
      ...{ seq, kind: item.kind, filename: item.filename, path: item.oldPath, size: item.size, type: item.mimeType },
      ...{ verdict: item.verdict, code: item.code, documentId, rowId, userId, source, key, fileHash, message },
      place: fullPathOf(this.#store.header, { source, key }),
      modifiedAt: source === null && item.kind !== 'object' ? null : mtimeMs,
      followers: followers.length,
    }
  }

  /** What the plan can be narrowed to. */
  facets(): PlanFacets {
    return (this.#facets ??= {
      users: this.#db.rows(
        z.object({ userId: z.string(), items: z.number(), bytes: z.number(), example: z.string() }),
        `SELECT user_id AS userId, count(*) AS items, sum(size) AS bytes, min(filename) AS example FROM item
         WHERE user_id IS NOT NULL GROUP BY user_id ORDER BY 2 DESC, 1 LIMIT ${usersListed}`,
      ),
      types: this.#db.rows(
        z.object({ type: z.string().nullable(), items: z.number(), bytes: z.number() }),
        `SELECT mime_type AS type, count(*) AS items, sum(size) AS bytes FROM item GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 200`,
      ),
      codes: this.#db.rows(
        z.object({ code: errorCodeSchema, verdict, items: z.number() }),
        `SELECT code, verdict, count(*) AS items FROM item WHERE code IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1`,
      ),
      requests: this.#requests(),
    })
  }

  /** One PUT and one HEAD a file; of a large one a request a part, one to begin and one to end, and two looks more. */
  #requests(): PlanFacets['requests'] {
    const { files, large, parts } = this.#db.row(
      z.object({ files: z.number(), large: z.number(), parts: z.number() }),
      `SELECT count(*) AS files, coalesce(sum(size > ?1), 0) AS large,
         coalesce(sum(CASE WHEN size > ?1 THEN (size + ${partBytes - 1}) / ${partBytes} ELSE 0 END), 0) AS parts
       FROM item WHERE verdict = 'move'`,
      defaultMigrateOptions.multipartThreshold,
    ) ?? { files: 0, large: 0, parts: 0 }
    return { files, writes: files - large + parts + 2 * large, reads: files + 2 * large }
  }

  #find(list: PlanList): Found {
    const name = JSON.stringify([list.order, list.descending, Object.entries(list.filter).sort()])
    const known = this.#lists.get(name)
    if (known) {
      // The one that was used last is the last to go.
      this.#lists.delete(name)
      this.#lists.set(name, known)
      return known
    }
    const found = this.#inOrder(list) ?? this.#sorted(list)
    this.#lists.set(name, found)
    for (const [oldest, { table }] of this.#lists) {
      if (this.#lists.size <= listsKept) break
      this.#lists.delete(oldest)
      if (table !== null) this.#db.exec(`DROP TABLE ${table}`)
    }
    return found
  }

  /** All items in the order of the plan need no table, where their numbers have no gaps. */
  #inOrder({ filter, order, descending }: PlanList): Found | null {
    if (order !== 'plan' || descending || conditionsOf(filter).conditions !== 'TRUE') return null
    const first = this.#db.number('SELECT coalesce(min(seq), 1) AS first FROM item')
    const last = this.#db.number('SELECT coalesce(max(seq), 0) AS last FROM item')
    const planned = this.#store.last('planned')
    const total = planned?.totals.items ?? 0
    if (last - first + 1 !== total) return null
    return { total, bytes: planned?.totals.bytes ?? 0, table: null, first }
  }

  #sorted(list: PlanList): Found {
    this.#made += 1
    const table = `temp.list_${this.#made}`
    const { conditions, values } = conditionsOf(list.filter)
    this.#db
      .prepare(
        `CREATE TABLE ${table} AS SELECT i.seq, i.size, i.verdict = 'move' AS moves FROM item i
         WHERE ${conditions} ORDER BY ${orderOf(list)}`,
      )
      .run(...values)
    const total = this.#db.number(`SELECT count(*) AS total FROM ${table}`)
    const bytes = this.#db.number(`SELECT coalesce(sum(size * moves), 0) AS bytes FROM ${table}`)
    return { total, bytes, table, first: 1 }
  }
}

const columns = `i.seq, i.kind, i.filename, i.old_path AS path, i.size, i.mime_type AS type, i.verdict, i.code, i.source, i.key`
const verdict = z.enum(['move', 'skip', 'blocked'])
const planRow = z.object({
  seq: z.number(),
  kind: z.enum(itemKinds),
  filename: z.string(),
  path: z.string(),
  size: z.number(),
  type: z.string().nullable(),
  verdict,
  code: errorCodeSchema.nullable(),
  source: z.string().nullable(),
  key: z.string().nullable(),
})

/** What narrows a list, for `item i`, with a value for each question mark; `TRUE` when nothing does. */
function conditionsOf(filter: PlanFilter): { conditions: string; values: unknown[] } {
  const conditions: string[] = []
  const values: unknown[] = []
  const add = (condition: string, ...more: unknown[]): void => {
    conditions.push(condition)
    values.push(...more)
  }
  const { text, userId, type, sizeFrom, sizeBelow, verdict, code } = filter
  if (code !== undefined) add('i.code = ?', code)
  if (userId !== undefined) add('i.user_id = ?', userId)
  if (type === null) add('i.mime_type IS NULL')
  else if (type !== undefined) add('i.mime_type = ?', type)
  if (sizeFrom !== undefined) add('i.size >= ?', sizeFrom)
  if (sizeBelow !== undefined) add('i.size < ?', sizeBelow)
  if (verdict !== undefined) add('i.verdict = ?', verdict)
  if (text !== undefined) {
    const part = `%${text.replace(/[\\%_]/g, '\\$&')}%`
    const columns = ['filename', 'old_path', 'key'].map((name) => `i.${name} LIKE ? ESCAPE '\\'`)
    add(`(${columns.join(' OR ')} OR i.document_id LIKE ? ESCAPE '\\')`, part, part, part, part.slice(1))
  }
  return { conditions: conditions.length > 0 ? conditions.join(' AND ') : 'TRUE', values }
}

const keys: Record<ItemOrder, string[]> = {
  plan: [],
  filename: ['i.filename COLLATE NOCASE'],
  type: ['i.mime_type', 'i.filename COLLATE NOCASE'],
  size: ['i.size'],
  // Grave findings first: what cannot be moved, what needs nothing, what is as it should be.
  finding: [`CASE i.verdict WHEN 'blocked' THEN 0 WHEN 'skip' THEN 1 ELSE 2 END`, 'i.code'],
}

/** What a list is sorted by; equals in the order of the plan. */
function orderOf({ order, descending }: Pick<PlanList, 'order' | 'descending'>): string {
  const [main, ...more] = [...keys[order], 'i.seq']
  return [`${main} ${descending ? 'DESC' : 'ASC'}`, ...more].join(', ')
}
