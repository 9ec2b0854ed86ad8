import type { Client } from 'pg'
import { z } from 'zod'
import type { ChangeOutcome, PathChange, PathColumn, PathOutcome } from '../../engine/ports.ts'
import { tableLocked } from './connection.ts'
import { classifyPostgresError } from './postgresErrors.ts'

type Change = Omit<PathChange, 'followers'>

/** Columns by name; the only identifiers that ever get into a statement. */
const statements: Record<PathColumn, Record<'update' | 'select' | 'take', string>> = {
  'documents.file_path': statementsFor('documents', 'file_path'),
  'processed_images.processed_image_path': statementsFor('processed_images', 'processed_image_path'),
  'processed_images.original_image_path': statementsFor('processed_images', 'original_image_path'),
}

const idRows = z.array(z.object({ id: z.string() }))
const pathRows = z.array(z.object({ id: z.string(), path: z.string().nullable() }))

function statementsFor(table: string, column: string): Record<'update' | 'select' | 'take', string> {
  return {
    // Only the path: another column, updated_at above all, would rule out heap-only updates.
    update: `UPDATE ${table} t SET ${column} = v.target
             FROM unnest($1::uuid[], $2::text[], $3::text[]) AS v(id, source, target)
             WHERE t.id = v.id AND t.${column} = v.source RETURNING t.id`,
    select: `SELECT id, ${column} AS path FROM ${table} WHERE id = ANY($1::uuid[])`,
    take: `SELECT id FROM ${table} WHERE id = ANY($1::uuid[]) FOR NO KEY UPDATE SKIP LOCKED`,
  }
}

function byColumn(changes: readonly Change[]): Map<PathColumn, Change[]> {
  const groups = new Map<PathColumn, Change[]>()
  for (const it of changes) groups.set(it.column, [...(groups.get(it.column) ?? []), it])
  return groups
}

/** Makes the changes with their followers in the open transaction; outcomes in their order. Waits for rows that others hold. */
export async function makeChanges(client: Client, changes: readonly PathChange[]): Promise<PathOutcome[]> {
  const outcomes = await change(client, changes)
  const followers = changes.flatMap((it, at) => (holdsTarget(outcomes[at]) ? it.followers : []))
  await change(client, followers)
  return outcomes
}

/** The same, but waits for nobody: rows that others hold are `locked`. */
export async function makeFreeChanges(client: Client, changes: readonly PathChange[]): Promise<ChangeOutcome[]> {
  const held = await heldByOthers(
    client,
    changes.flatMap((it) => [it, ...it.followers]),
  )
  const isFree = (it: PathChange): boolean => ![it, ...it.followers].some((one) => held.has(one))
  const free = changes.filter(isFree)
  const outcomes = new Map((await makeChanges(client, free)).map((outcome, at) => [free[at], outcome]))
  return changes.map((it) => outcomes.get(it) ?? { result: 'locked' })
}

/** How the rows stand to these changes; changes nothing. */
export async function lookAtRows(client: Client, changes: readonly Change[]): Promise<PathOutcome[]> {
  const outcomes = new Map<Change, PathOutcome>()
  for (const [column, some] of byColumn(changes)) {
    const found = await client.query(statements[column].select, [some.map((it) => it.id)])
    const current = new Map(pathRows.parse(found.rows).map((row) => [row.id, row.path]))
    for (const it of some) outcomes.set(it, outcomeOf(it, current))
  }
  return changes.map((it) => outcomes.get(it) ?? { result: 'gone' })
}

/**
 * Waits for the tables before any row, so that a lock on a whole table (an index being built) is not taken for a lock
 * on each of its rows: it concerns the run.
 */
export async function lockTables(client: Client): Promise<void> {
  try {
    await client.query('SAVEPOINT tables')
    await client.query('LOCK TABLE documents, processed_images IN ROW EXCLUSIVE MODE')
  } catch (cause) {
    const error = classifyPostgresError(cause, 'documents')
    // Who may update no more than the path may not lock the table; then its lock shows as that of a row.
    if (error.code === 'DB_PRIVILEGE') {
      await client.query('ROLLBACK TO SAVEPOINT tables')
      return
    }
    if (error.code !== 'ROW_LOCKED') throw error
    throw tableLocked(error, 'documents')
  }
}

const holdsTarget = (outcome: PathOutcome | undefined): boolean =>
  outcome?.result === 'changed' || outcome?.result === 'already'

async function change(client: Client, changes: readonly Change[]): Promise<PathOutcome[]> {
  const outcomes = new Map<Change, PathOutcome>()
  for (const [column, some] of byColumn(changes)) {
    const values = [some.map((it) => it.id), some.map((it) => it.from), some.map((it) => it.to)]
    const updated = await client.query(statements[column].update, values)
    const changed = new Set(idRows.parse(updated.rows).map((row) => row.id))
    for (const it of some) if (changed.has(it.id)) outcomes.set(it, { result: 'changed' })
  }
  const others = changes.filter((it) => !outcomes.has(it))
  const looked = others.length > 0 ? await lookAtRows(client, others) : []
  for (const [at, it] of others.entries()) outcomes.set(it, looked[at] ?? { result: 'gone' })
  return changes.map((it) => outcomes.get(it) ?? { result: 'gone' })
}

/** Takes the rows of these changes where nobody else has them. Returns the changes whose row is there and held by others. */
async function heldByOthers(client: Client, changes: readonly Change[]): Promise<Set<Change>> {
  const held = new Set<Change>()
  for (const [column, some] of byColumn(changes)) {
    const taken = await client.query(statements[column].take, [some.map((it) => it.id)])
    const ours = new Set(idRows.parse(taken.rows).map((row) => row.id))
    const others = some.filter((it) => !ours.has(it.id))
    const looked = others.length > 0 ? await lookAtRows(client, others) : []
    for (const [at, it] of others.entries()) if (looked[at]?.result !== 'gone') held.add(it)
  }
  return held
}

function outcomeOf(change: Change, current: Map<string, string | null>): PathOutcome {
  const path = current.get(change.id)
  if (path === undefined) return { result: 'gone' }
  return path === change.to ? { result: 'already' } : { result: 'differs', current: path }
}
