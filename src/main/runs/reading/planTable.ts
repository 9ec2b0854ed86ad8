import { z } from 'zod'
import {
  lineStates,
  type ItemOrder,
  type PlanFacets,
  type PlanFilter,
  type PlanItem,
  type PlanList,
  type PlanRow,
  type PlanRows,
} from '../../../shared/planTable.ts'
import { defaultMigrateOptions, itemKinds } from '../../../shared/run.ts'
import { fullPathOf } from '../../engine/audit/exportAudit.ts'
import { MigrateError } from '../../engine/errors.ts'
import { errorCodeSchema } from '../../engine/journal/errorCode.ts'
import { userNames } from '../../engine/journal/items.ts'
import { stateOf } from '../../engine/journal/itemState.ts'
import { RunStore } from '../../engine/journal/runStore.ts'
import { fieldOf, type SqliteFile } from '../../engine/journal/sqliteFile.ts'
import { openFile } from '../../engine/journal/storeFile.ts'
import type { PlannedItem } from '../../engine/plan/item.ts'

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
 * The items of one run as a list of any length, filtered and sorted, read from any place at once, each as it stands now. A
 * plan that is sealed never changes, so a list is worked out once: the places go into a temporary table, which SQLite keeps
 * on disk. A list that goes by what the run has done is worked out again when it has done more.
 */
export class PlanTable {
  readonly #store: RunStore
  readonly #db: SqliteFile
  readonly #lists = new Map<string, Found>()
  #facets: PlanFacets | null = null
  #made = 0
  #touched = false

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
    const items = table === null ? 'item i' : `${table} l JOIN item i ON i.seq = l.seq`
    const place = table === null ? 'i.seq' : 'l.rowid'
    const { state, code, outcomes } = this.#standing
    const rows = this.#db
      .prepare(
        `SELECT ${columns}, ${state} AS state, ${code} AS code FROM ${items} ${outcomes}
         WHERE ${place} >= ? ORDER BY ${place} LIMIT ?`,
      )
      .all(from + (table === null ? first : 1), limit)
      .map((row) => this.#lineOf(row))
    return { rows, total, bytes }
  }

  /** A line of a list; one that is damaged is shown as that, and hides no other. */
  #lineOf(stored: unknown): PlanRow {
    const read = planRow.safeParse(stored)
    if (!read.success) return damagedLine(z.object({ seq: z.number() }).parse(stored).seq)
    const { source, mtimeMs, ...row } = read.data
    return {
      ...row,
      place: fullPathOf(this.#store.header, { source, key: row.key }),
      modifiedAt: modifiedAtOf({ source, mtimeMs, kind: row.kind }),
      userName: this.#nameOf(row.userId),
    }
  }

  readonly #nameOf = (userId: string | null): string | null =>
    userId === null ? null : (userNames(this.#store).get(userId) ?? null)

  /** Where an item stands, in SQL for `item i`: of a run that has done nothing, the verdict of its plan says it all. */
  get #standing(): { state: string; code: string; outcomes: string } {
    this.#touched ||= this.#db.has('SELECT 1 FROM outcome LIMIT 1')
    if (!this.#touched) return { state: plannedState, code: 'i.code', outcomes: '' }
    return {
      state: `CASE WHEN o.step IS NULL AND i.verdict = 'blocked' THEN 'excluded' ELSE ${stateOf(this.#store)} END`,
      code: 'coalesce(o.code, i.code)',
      outcomes: 'LEFT JOIN outcome o ON o.seq = i.seq',
    }
  }

  /** Everything about one item. */
  item(seq: number): PlanItem {
    const { documentId, rowId, userId, source, key, mtimeMs, fileHash, message, followers, ...item } =
      this.#store.item(seq)
    const { state, code, outcomes } = this.#standing
    const stands = this.#db.row(
      standing,
      `SELECT ${state} AS state, ${code} AS code, ${outcomes === '' ? 'NULL' : fieldOf('o.data', '$.message')} AS message
       FROM item i ${outcomes} WHERE i.seq = ?`,
      seq,
    )
    return {
      ...{ seq, kind: item.kind, filename: item.filename, path: item.oldPath, size: item.size, type: item.mimeType },
      ...{ documentId, rowId, userId, source, key, fileHash, userName: this.#nameOf(userId) },
      ...{ state: stands?.state ?? 'failed', code: stands?.code ?? null, message: stands?.message ?? message },
      place: fullPathOf(this.#store.header, { source, key }),
      modifiedAt: modifiedAtOf({ source, mtimeMs, kind: item.kind }),
      followers: followers.length,
    }
  }

  /** What the list can be narrowed to. */
  facets(): PlanFacets {
    const { state, code, outcomes } = this.#standing
    const planned = (this.#facets ??= this.#plannedFacets())
    if (outcomes === '') return planned
    const codes = this.#db.rows(
      codeFacet,
      `SELECT ${code} AS code, ${state} AS state, count(*) AS items FROM item i ${outcomes}
       WHERE ${code} IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1`,
    )
    return { ...planned, codes }
  }

  #plannedFacets(): PlanFacets {
    return {
      users: this.#db
        .rows(
          z.object({ userId: z.string(), items: z.number(), bytes: z.number(), example: z.string() }),
          `SELECT user_id AS userId, count(*) AS items, sum(size) AS bytes, min(filename) AS example FROM item
         WHERE user_id IS NOT NULL GROUP BY user_id ORDER BY 2 DESC, 1 LIMIT ${usersListed}`,
        )
        .map((user) => ({ ...user, name: this.#nameOf(user.userId) })),
      types: this.#db.rows(
        z.object({ type: z.string().nullable(), items: z.number(), bytes: z.number() }),
        `SELECT mime_type AS type, count(*) AS items, sum(size) AS bytes FROM item GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 200`,
      ),
      codes: this.#db.rows(
        codeFacet,
        `SELECT i.code, ${plannedState} AS state, count(*) AS items FROM item i WHERE i.code IS NOT NULL
         GROUP BY 1, 2 ORDER BY 3 DESC, 1`,
      ),
      requests: this.#requests(),
    }
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
    const goesByOutcome = list.filter.state !== undefined || list.filter.code !== undefined || list.order === 'finding'
    const { outcomes } = this.#standing
    const line = goesByOutcome && outcomes !== '' ? this.#db.number('SELECT max(id) AS line FROM journal') : 0
    const name = JSON.stringify([list.order, list.descending, Object.entries(list.filter).sort(), line])
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
    if (order !== 'plan' || descending || this.#conditionsOf(filter).conditions !== 'TRUE') return null
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
    const { conditions, values } = this.#conditionsOf(list.filter)
    const { state, code, outcomes } = this.#standing
    const needsOutcome = outcomes !== '' && /o\.step|o\.code|finding/.test(`${conditions} ${list.order}`)
    this.#db
      .prepare(
        `CREATE TABLE ${table} AS SELECT i.seq, i.size, i.verdict = 'move' AS moves FROM item i
         ${needsOutcome ? outcomes : ''} WHERE ${conditions} ORDER BY ${orderOf(list, { state, code })}`,
      )
      .run(...values)
    const total = this.#db.number(`SELECT count(*) AS total FROM ${table}`)
    const bytes = this.#db.number(`SELECT coalesce(sum(size * moves), 0) AS bytes FROM ${table}`)
    return { total, bytes, table, first: 1 }
  }

  /** What narrows a list, for `item i`, with a value for each question mark; `TRUE` when nothing does. */
  #conditionsOf(filter: PlanFilter): { conditions: string; values: unknown[] } {
    const conditions: string[] = []
    const values: unknown[] = []
    const add = (condition: string, ...more: unknown[]): void => {
      conditions.push(condition)
      values.push(...more)
    }
    const standing = this.#standing
    const { text, userId, type, sizeFrom, sizeBelow, state, code } = filter
    if (code !== undefined) add(`${standing.code} = ?`, code)
    if (userId !== undefined) add('i.user_id = ?', userId)
    if (type === null) add('i.mime_type IS NULL')
    else if (type !== undefined) add('i.mime_type = ?', type)
    if (sizeFrom !== undefined) add('i.size >= ?', sizeFrom)
    if (sizeBelow !== undefined) add('i.size < ?', sizeBelow)
    if (state !== undefined) add(`${standing.state} = ?`, state)
    if (text !== undefined) {
      const part = `%${text.replace(/[\\%_]/g, '\\$&')}%`
      const columns = ['filename', 'old_path', 'key'].map((name) => `i.${name} LIKE ? ESCAPE '\\'`)
      add(`(${columns.join(' OR ')} OR i.document_id LIKE ? ESCAPE '\\')`, part, part, part, part.slice(1))
    }
    return { conditions: conditions.length > 0 ? conditions.join(' AND ') : 'TRUE', values }
  }
}

const columns = `i.seq, i.kind, i.filename, i.old_path AS path, i.size, i.mime_type AS type, i.document_id AS documentId, i.user_id AS userId, i.source, i.key, i.mtime_ms AS mtimeMs`
const plannedState = `CASE i.verdict WHEN 'blocked' THEN 'excluded' WHEN 'skip' THEN 'skipped' ELSE 'pending' END`
const codeFacet = z.object({ code: errorCodeSchema, state: z.enum(lineStates), items: z.number() })
const standing = z.object({
  state: z.enum(lineStates),
  code: errorCodeSchema.nullable(),
  message: z.string().nullable(),
})
const planRow = z.object({
  seq: z.number(),
  kind: z.enum(itemKinds),
  filename: z.string(),
  path: z.string(),
  size: z.number(),
  type: z.string().nullable(),
  documentId: z.string(),
  userId: z.string().nullable(),
  state: z.enum(lineStates),
  code: errorCodeSchema.nullable(),
  source: z.string().nullable(),
  key: z.string().nullable(),
  mtimeMs: z.number(),
})

const modifiedAtOf = ({ source, mtimeMs, kind }: Pick<PlannedItem, 'source' | 'mtimeMs' | 'kind'>): number | null =>
  source === null && kind !== 'object' ? null : mtimeMs

/** A line whose record is damaged. */
const damagedLine = (seq: number): PlanRow => ({
  ...{ seq, kind: 'document', filename: '', path: '', place: null, size: 0, modifiedAt: null, type: null },
  ...{ documentId: '', userId: null, userName: null, key: null, state: 'failed', code: 'RECORD_DAMAGED' },
})

/** SQL that says where an item stands, and why. */
interface StandingSql {
  state: string
  code: string
}

const keys: Record<ItemOrder, (sql: StandingSql) => string[]> = {
  plan: () => [],
  filename: () => ['i.filename COLLATE NOCASE'],
  type: () => ['i.mime_type', 'i.filename COLLATE NOCASE'],
  size: () => ['i.size'],
  changed: () => ['i.mtime_ms'],
  user: () => ['i.user_id'],
  // Grave findings first: what failed, what cannot be moved, what needs nothing, what is as it should be.
  finding: ({ state, code }) => [
    `CASE ${state} WHEN 'failed' THEN 0 WHEN 'excluded' THEN 1 WHEN 'skipped' THEN 2 WHEN 'pending' THEN 3 ELSE 4 END`,
    code,
  ],
}

/** What a list is sorted by; equals in the order of the plan. */
function orderOf({ order, descending }: Pick<PlanList, 'order' | 'descending'>, sql: StandingSql): string {
  const [main, ...more] = [...keys[order](sql), 'i.seq']
  return [`${main} ${descending ? 'DESC' : 'ASC'}`, ...more].join(', ')
}
