import { isDeepStrictEqual } from 'node:util'
import { openBucket, type BucketAccess } from './bucket.ts'
import { checkRows } from './checkRows.ts'
import type { Expectation, ItemResult } from './expectations.ts'
import { snapshotObjects, snapshotRows, takeSnapshot, type ObjectFacts, type Snapshot } from './snapshot.ts'
import { snapshotFiles, type FileFacts } from './snapshotFiles.ts'

interface CheckOptions {
  databaseUrl: string
  s3: BucketAccess
  uploadsDir: string
  expectations: readonly Expectation[]
  /** The world as it was planted, by `takeSnapshot`. */
  before: Snapshot
  /** What the run says about its items. Without it, only the world is checked. */
  results?: readonly ItemResult[] | undefined
}

export interface CheckReport {
  ok: boolean
  /** Rows, files and objects looked at, and results compared. */
  checked: number
  /** One line each, for people. */
  differences: string[]
}

/**
 * Looks at database, bucket and disk from the outside and compares them with what the migration of the sandbox must
 * come to: moved items point at an object with the right bytes, every other row and every file is untouched, nothing
 * else lies in the bucket, and the run reported each item as it must be, with the planted reason. Every object is
 * downloaded; memory does not grow with their size.
 */
export async function checkSandbox(options: CheckOptions): Promise<CheckReport> {
  const { expectations, before, results } = options
  const after = await takeSnapshot(options)
  const differences = [
    ...compareWorlds(before, after, expectations),
    ...(await checkUnfinished(options.s3)),
    ...(results ? checkResults(expectations, results) : []),
  ]
  const rows = Object.values(after.rows).reduce((sum, table) => sum + Object.keys(table).length, 0)
  const others = Object.keys(after.files).length + Object.keys(after.objects).length + (results?.length ?? 0)
  return { ok: differences.length === 0, checked: rows + others, differences }
}

/**
 * The rule that must hold at every instant, also in the middle of a run and after a crash: a row that was planted with
 * a local path has either kept it, or points at its key and the right bytes lie there. One line for each that does not.
 */
export async function checkPointers(
  options: Pick<CheckOptions, 'databaseUrl' | 's3' | 'uploadsDir' | 'expectations'>,
): Promise<string[]> {
  const [rows, objects] = [await snapshotRows(options.databaseUrl), await snapshotObjects(options.s3)]
  const files = Object.entries(await snapshotFiles(options.uploadsDir))
  const served = new Set(files.flatMap(([path, { sha256 }]) => (path.startsWith('quarantine/') ? [] : [sha256])))
  return options.expectations.flatMap(({ kind, rowId, originalPath, outcome, key, sha256, size }) => {
    const { file_path, processed_image_path } = (kind === 'document' ? rows.documents : rows.processed_images)[rowId]
      ?.columns ?? { file_path: null }
    const path = kind === 'document' ? file_path : processed_image_path
    // What is not to be moved may have been broken before.
    const isThere = outcome !== 'committed' || served.has(sha256)
    if (path === originalPath) return isThere ? [] : [`${kind} ${rowId}: its local file is gone`]
    if (key === undefined || path !== `s3://${key}`) return [`${kind} ${rowId}: points at ${show(path)}`]
    const right = isDeepStrictEqual(objects[key], { sha256, size })
    return right ? [] : [`${kind} ${rowId}: points at ${key}, which is ${show(objects[key] ?? 'missing')}`]
  })
}

/** What `after` has that a migration of `before` must not have led to, or lacks. One line each, for people. */
export function compareWorlds(before: Snapshot, after: Snapshot, expectations: readonly Expectation[]): string[] {
  return [
    ...checkRows(before.rows, after.rows, expectations),
    ...checkFiles(before.files, after.files),
    ...checkObjects(before.objects, after.objects, expectations),
  ]
}

function checkFiles(before: Record<string, FileFacts>, after: Record<string, FileFacts>): string[] {
  return union(before, after).flatMap((path) => {
    const [was, is] = [before[path], after[path]]
    if (!was) return [`file ${path}: is new`]
    if (!is) return [`file ${path}: is gone`]
    return isDeepStrictEqual(was, is) ? [] : [`file ${path}: changed from ${show(was)} to ${show(is)}`]
  })
}

function checkObjects(
  before: Record<string, ObjectFacts>,
  after: Record<string, ObjectFacts>,
  expectations: readonly Expectation[],
): string[] {
  const expected: Record<string, ObjectFacts> = { ...before }
  for (const { outcome, key, sha256, size } of expectations) {
    if (outcome !== 'committed') continue
    if (key === undefined || sha256 === undefined || size === undefined) throw new Error('An expectation is incomplete')
    expected[key] = { sha256, size }
  }
  return union(expected, after).flatMap((key) => {
    const [must, is] = [expected[key], after[key]]
    if (!must) return [`object ${key}: should not be there`]
    if (!is) return [`object ${key}: is missing`]
    return isDeepStrictEqual(must, is) ? [] : [`object ${key}: is ${show(is)}, not ${show(must)}`]
  })
}

async function checkUnfinished(access: BucketAccess): Promise<string[]> {
  const bucket = openBucket(access)
  try {
    return (await bucket.unfinished()).map((key) => `object ${key}: a multipart upload was left unfinished`)
  } finally {
    bucket.close()
  }
}

/** What the run says about its items against what it must say. One line each, for people. */
export function checkResults(expectations: readonly Expectation[], results: readonly ItemResult[]): string[] {
  const nameOf = ({ kind, rowId }: Pick<ItemResult, 'kind' | 'rowId'>): string => `${kind} ${rowId}`
  const reported = new Map<string, ItemResult[]>()
  for (const result of results) reported.set(nameOf(result), [...(reported.get(nameOf(result)) ?? []), result])
  const known = new Set(expectations.map(nameOf))
  const unknown = [...reported.keys()].filter((name) => !known.has(name))
  return [
    ...unknown.map((name) => `result ${name}: no such item was planted`),
    ...expectations.flatMap((expected) => {
      const name = `result ${nameOf(expected)}${expected.story ? ` (${expected.story})` : ''}`
      const found = reported.get(nameOf(expected)) ?? []
      const [result] = found
      if (!result) return [`${name}: the run does not mention it`]
      if (found.length > 1) return [`${name}: the run mentions it ${found.length} times`]
      const wanted = [expected.outcome, expected.code].filter(Boolean).join(' ')
      const right = result.outcome === expected.outcome && (!expected.code || result.code === expected.code)
      const foreign = result.documentId !== expected.documentId
      return [
        ...(right ? [] : [`${name}: ${[result.outcome, result.code].filter(Boolean).join(' ')}, not ${wanted}`]),
        ...(foreign ? [`${name}: reported for document ${result.documentId}, not ${expected.documentId}`] : []),
      ]
    }),
  ]
}

const union = (...records: object[]): string[] => [...new Set(records.flatMap((record) => Object.keys(record)))].sort()
const show = (value: unknown): string => JSON.stringify(value)
