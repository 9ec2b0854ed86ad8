import type { ErrorCode } from '../../../shared/errors.ts'

/**
 * What users, or another run, did to a row while a run was under way. The item is not moved by this run, and the run has
 * not failed at it: `--enable-rollback` undoes nothing for its sake, neither at once nor when the run is resumed.
 */
export const madeByOthers: ReadonlySet<ErrorCode> = new Set(['ROW_VANISHED', 'ROW_CHANGED', 'ROW_TAKEN'])
