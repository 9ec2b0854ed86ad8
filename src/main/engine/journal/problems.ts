import { runFacts } from '../../../shared/runKind.ts'
import { z } from 'zod'
import { errorCatalogue, type ErrorCode, type ErrorData } from '../../../shared/errors.ts'
import type { ProblemExample, ProblemGroup } from '../../../shared/run.ts'
import type { Item } from '../plan/item.ts'
import type { Step } from './entries.ts'
import { errorCodeSchema } from './errorCode.ts'
import type { RunStore } from './runStore.ts'
import { fieldOf, type Queries } from './sqliteFile.ts'

const examplesPerGroup = 5

/** An error that concerns the run as a whole, as a group of one. */
export function runProblem({ code, title, remedy, subject, message }: ErrorData): ProblemGroup {
  const examples = [{ documentId: '', filename: '', path: subject ?? '', message }]
  return { code, title, remedy, kind: 'run', count: 1, examples }
}

const columns = `i.document_id AS documentId, i.filename, i.old_path AS path`

/** Gathers groups, with examples from a record. */
class Groups {
  readonly all: ProblemGroup[] = []
  readonly #query: Queries

  constructor(query: Queries) {
    this.#query = query
  }

  add(kind: ProblemGroup['kind'], code: ErrorCode, count: number, examples: ProblemExample[]): void {
    if (count === 0) return
    // Plan and run may have met the same cause.
    const known = this.all.find((group) => group.code === code && group.kind === kind)
    if (known) {
      known.count += count
      known.examples = [...known.examples, ...examples].slice(0, examplesPerGroup)
      return
    }
    const { title, remedy } = errorCatalogue[code]
    this.all.push({ code, title, remedy, kind, count, examples })
  }

  /** What a step of the run, or a verdict of its plan, says of items. */
  addStep(kind: ProblemGroup['kind'], table: 'outcome' | 'journal', step: Step): void {
    this.#addByCode(
      kind,
      step,
      `SELECT code AS stored, count(DISTINCT seq) AS count FROM ${table} WHERE step = ? AND code IS NOT NULL GROUP BY code`,
      `SELECT DISTINCT ${columns}, coalesce(${fieldOf('o.data', '$.message')}, '') AS message
       FROM ${table} o JOIN item i ON i.seq = o.seq WHERE o.step = ? AND o.code = ? ORDER BY i.seq`,
    )
  }

  addPlanned(kind: ProblemGroup['kind'], verdict: Item['verdict']): void {
    const before = new Map(this.all.map((group) => [group, group.count]))
    this.#addByCode(
      kind,
      verdict,
      `SELECT code AS stored, count(*) AS count FROM item WHERE verdict = ? AND code IS NOT NULL GROUP BY code`,
      `SELECT ${columns}, coalesce(i.message, '') AS message FROM item i WHERE i.verdict = ? AND i.code = ? ORDER BY i.seq`,
    )
    if (verdict !== 'blocked') return
    for (const group of this.all) {
      const excluded = group.count - (before.get(group) ?? 0)
      if (excluded > 0) group.excluded = excluded
    }
  }

  /** `of`: SQL of the items that it is said of. */
  addNote(code: ErrorCode, of: string, order: string): void {
    const count = this.#query.number(`SELECT count(*) AS count ${of}`)
    if (count > 0)
      this.add('note', code, count, this.#examples(`SELECT ${columns}, i.source AS message ${of} ORDER BY ${order}`))
  }

  #addByCode(kind: ProblemGroup['kind'], about: string, counts: string, examples: string): void {
    for (const { code, stored, count } of this.#query.rows(codeCount, counts, about))
      this.add(kind, code, count, this.#examples(examples, about, stored))
  }

  #examples(sql: string, ...values: string[]): ProblemExample[] {
    return this.#query.rows(example, `${sql} LIMIT ${examplesPerGroup}`, ...values)
  }
}

/** Findings of the plan and failures of the run by code, with counts and the first examples of each. */
export function problemGroups(store: RunStore): ProblemGroup[] {
  const groups = new Groups(store.query)
  const runError = store.trouble()
  if (runError !== null) groups.all.push(runProblem(runError))
  const readur = store.last('readur')
  if (readur?.isSwitched === false) groups.all.push(runProblem(notSwitched(readur.words)))
  const versions = store.last('versions')
  if (versions) groups.add('note', 'VERSIONS_STAY', versions.removes, [])
  const lost = lostOf(store)
  if (lost) groups.all.push(lost)
  groups.addStep('failed', 'outcome', 'failed')
  groups.addPlanned('failed', 'blocked')
  groups.addPlanned('skipped', 'skip')
  groups.addStep('skipped', 'outcome', 'gone')
  groups.addStep(runFacts[store.header.kind].goal === 'restored' ? 'failed' : 'note', 'outcome', 'restore-failed')
  // Remarks on items that are where they should be.
  groups.addStep('note', 'journal', 'remove-failed')
  groups.addStep('note', 'journal', 'resend-failed')
  groups.addStep('note', 'journal', 'verified')
  groups.addNote('FILE_SHARED', shared, 'i.source, i.seq')
  if (store.header.kind === 'migrate') groups.addNote('PATH_LOCAL_ONLY', localOnly, 'i.seq')
  return groups.all
}

/** Files that several rows have. */
const shared = `FROM item i WHERE i.verdict = 'move' AND i.source IN
  (SELECT source FROM item WHERE verdict = 'move' GROUP BY source HAVING count(*) > 1)`

/**
 * Rows not switched yet that name their file by its path below the uploads folder or documents/, whole: no file is there
 * as such a path stands, and Readur on S3 looks nowhere else (see foldersAsTheyStand).
 */
const localOnly = `FROM item i WHERE i.kind = 'document' AND i.verdict = 'move' AND i.old_path NOT GLOB '/*'
  AND i.source IN (iif(i.old_path GLOB './*', substr(i.old_path, 3), i.old_path),
    'documents/' || iif(i.old_path GLOB './*', substr(i.old_path, 3), i.old_path))
  AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.seq = i.seq AND o.step <> 'failed')`

function notSwitched(words: string): ErrorData {
  const { title, remedy } = errorCatalogue.READUR_NOT_SWITCHED
  return { code: 'READUR_NOT_SWITCHED', title, message: words, remedy, causes: [] }
}

/** What of an imported file was not taken; null when all was. */
function lostOf({ query }: RunStore): ProblemGroup | null {
  const where = `FROM journal WHERE step = 'warning' AND ${fieldOf('data', '$.lost')}`
  const count = query.number(`SELECT count(*) AS count ${where}`)
  if (count === 0) return null
  const examples = query.rows(
    example,
    `SELECT '' AS documentId, '' AS filename, '' AS path, ${fieldOf('data', '$.message')} AS message
     ${where} ORDER BY rowid LIMIT ${examplesPerGroup}`,
  )
  const { title, remedy } = errorCatalogue.STATE_FILE_PARTLY
  return { code: 'STATE_FILE_PARTLY', title, remedy, kind: 'run', count, examples }
}

const codeCount = z
  .object({ stored: z.string(), count: z.number() })
  .transform((row) => ({ ...row, code: errorCodeSchema.parse(row.stored) }))

const example: z.ZodType<ProblemExample> = z.object({
  documentId: z.string(),
  filename: z.string(),
  path: z.string(),
  message: z.string(),
})
