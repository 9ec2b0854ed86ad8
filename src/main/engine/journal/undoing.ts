import type { RunStore } from './runStore.ts'
import { fieldOf } from './sqliteFile.ts'

/**
 * The run has begun to undo itself: nothing of it is moved any more, and a session that did not live to the end of that
 * is followed by one that goes on with it. A run of an earlier version shows it by what it has restored by itself.
 */
export const undoesItself = ({ query, header }: Pick<RunStore, 'query' | 'header'>): boolean =>
  header.kind === 'migrate' &&
  query.has(
    `SELECT 1 FROM journal WHERE step IN ('undoing', 'restored') AND ${fieldOf('data', '$.by')} IS NULL LIMIT 1`,
  )

/** A later run has restored items of this one. */
export const wasUndoneByAnother = ({ query }: Pick<RunStore, 'query'>): boolean =>
  query.has(`SELECT 1 FROM journal WHERE step = 'restored' AND ${fieldOf('data', '$.by')} IS NOT NULL LIMIT 1`)

/** A later run has gone back over all of this one, and it was not begun again since. */
export const isWhollyUndone = ({ query }: Pick<RunStore, 'query'>): boolean =>
  query.has(
    `SELECT 1 FROM journal WHERE step = 'undone'
       AND id > coalesce((SELECT max(id) FROM journal WHERE step = 'started'), 0) LIMIT 1`,
  )

/** The session that is under way, or was when its process ended, only sends again what a row points at and the like. */
export const isReUploading = ({ query }: Pick<RunStore, 'query'>): boolean =>
  query.has(
    `SELECT 1 FROM journal WHERE ${fieldOf('data', '$.mends')} = 1
       AND id = (SELECT max(id) FROM journal WHERE step IN ('started', 'finished'))`,
  )
