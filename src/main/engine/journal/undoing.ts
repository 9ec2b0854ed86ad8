import { z } from 'zod'
import type { RunStore } from './runStore.ts'
import { fieldOf } from './sqliteFile.ts'

/**
 * The run has begun to undo itself: nothing of it is moved any more, and a session that did not live to the end of that
 * is followed by one that goes on with it. A run of an earlier version shows it by what it has restored by itself.
 */
export function undoesItself({ database, header }: Pick<RunStore, 'database' | 'header'>): boolean {
  if (header.kind !== 'migrate') return false
  const row = database
    .prepare(
      `SELECT 1 FROM journal WHERE step IN ('undoing', 'restored') AND ${fieldOf('data', '$.by')} IS NULL LIMIT 1`,
    )
    .get()
  return row !== undefined
}

/** A later run has restored items of this one. */
export function wasUndoneByAnother({ database }: Pick<RunStore, 'database'>): boolean {
  const row = database
    .prepare(`SELECT 1 FROM journal WHERE step = 'restored' AND ${fieldOf('data', '$.by')} IS NOT NULL LIMIT 1`)
    .get()
  return row !== undefined
}

/** A later run has gone back over all of this one, and it was not begun again since. */
export function isWhollyUndone({ database }: Pick<RunStore, 'database'>): boolean {
  const row = database
    .prepare(
      `SELECT 1 FROM journal WHERE step = 'undone'
         AND id > coalesce((SELECT max(id) FROM journal WHERE step = 'started'), 0) LIMIT 1`,
    )
    .get()
  return row !== undefined
}

/** The session that is under way, or was when its process ended, only sends again what a row points at and the like. */
export function isBeingRepaired({ database }: Pick<RunStore, 'database'>): boolean {
  const row = database
    .prepare(
      `SELECT ${fieldOf('data', '$.mends')} AS mends FROM journal WHERE step IN ('started', 'finished')
       ORDER BY id DESC LIMIT 1`,
    )
    .get()
  return row !== undefined && z.object({ mends: z.number().nullable() }).parse(row).mends === 1
}
