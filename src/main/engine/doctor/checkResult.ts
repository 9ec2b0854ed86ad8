import type { Remedy, RemedyAction, RemedyCommand, Severity } from '../../../shared/diagnostic.ts'
import { errorData, type MigrateError } from '../errors.ts'
import type { UploadRef } from '../ports.ts'

/** Settings of the connection that a check may offer to correct. */
export type SettableVariable =
  'S3_REGION' | 'S3_FORCE_PATH_STYLE' | 'READUR_UPLOADS_DIR' | 'READUR_UPLOADS_MAP' | 'UPLOAD_PATH'

/** What the program can do itself once it is confirmed; everything that it takes is fixed when it is offered. */
export type DoctorAction =
  | { kind: 'create bucket'; region: string }
  | { kind: 'abort uploads'; uploads: UploadRef[] }
  | { kind: 'end session'; pid: number; startedAt: string }
  | { kind: 'take bucket over' }
  | { kind: 'set variable'; name: SettableVariable; value: string }
  /** `was`: the address that it replaces. */
  | { kind: 'set variable'; name: 'S3_ENDPOINT_URL'; value: string; was: string }

export interface Offer extends RemedyAction {
  action: DoctorAction
}

/** What a diagnostic came to. */
export interface CheckResult<T> {
  /** For the diagnostics after it. */
  value: T
  severity: Severity
  finding: string
  evidence: string[]
  /** What to do; null where nothing is. */
  words: string | null
  commands: RemedyCommand[]
  offers: Offer[]
  error: MigrateError | null
}

type Details = Partial<Pick<CheckResult<unknown>, 'evidence' | 'words' | 'commands' | 'offers' | 'error'>>

const nothing = { evidence: [], words: null, commands: [], offers: [], error: null }

export const ok = <T>(value: T, finding: string, details: Details = {}): CheckResult<T> => ({
  ...nothing,
  severity: 'ok',
  value,
  finding,
  ...details,
})
export const note = <T>(value: T, finding: string, details: Details = {}): CheckResult<T> => ({
  ...ok(value, finding, details),
  severity: 'note',
})
export const warning = <T>(value: T, finding: string, details: Details = {}): CheckResult<T> => ({
  ...ok(value, finding, details),
  severity: 'warning',
})
export const blocking = <T>(value: T, finding: string, details: Details = {}): CheckResult<T> => ({
  ...ok(value, finding, details),
  severity: 'blocking',
})

/** An error of the catalogue, with the catalogue's remedy unless there is a better one for this case. */
export function failed<T>(value: T, error: MigrateError, details: Details = {}): CheckResult<T> {
  const { title, remedy } = errorData(error)
  return { ...blocking(value, `${title}.`, { words: remedy, ...details }), error }
}

export function remedyOf({ words, commands, offers }: CheckResult<unknown>): Remedy | null {
  if (words === null && commands.length === 0 && offers.length === 0) return null
  const actions = offers.map(({ id, label, consequence }) => ({ id, label, consequence }))
  return { words: words ?? '', commands, actions }
}
