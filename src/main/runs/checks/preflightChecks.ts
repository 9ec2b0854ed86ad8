import { diagnosticCatalogue, type Diagnostic, type DiagnosticEntry } from '../../../shared/diagnostic.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { Checkup } from '../../engine/doctor/checkup.ts'
import { checkSite, plannedSite, type DoctorSite } from '../../engine/doctor/checkSite.ts'
import { MigrateError } from '../../engine/errors.ts'
import type { Progress } from '../../engine/progress.ts'

type CheckedBefore = NonNullable<DiagnosticEntry['before']>[number]

/** What a connection that breaks off once looks like. */
const blinks = new Set<ErrorCode>([
  'DB_LOST',
  'DB_UNREACHABLE',
  'S3_UNREACHABLE',
  'PROXY_UNREACHABLE',
  'SSH_LOST',
  'SSH_UNREACHABLE',
  'CONTAINER_LOST',
])
/** What took longer was no accident. */
const blinkMs = 5_000

/**
 * The checks that a plan or a run would fail at, before either is begun. What is in its way is thrown, after the log was
 * told what to do about it; warnings are logged.
 */
export async function preflightChecks(
  site: DoctorSite,
  before: CheckedBefore,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const first = await checked(site, before, signal)
  const { blocking, all } = mayBeOver(first) ? await checked(site, before, signal) : first
  for (const it of all) if (it.severity === 'warning') progress.log('warning', sentenceOf(it))
  if (!blocking) return
  progress.log('error', sentenceOf(blocking))
  const { error, finding, subject } = blocking
  throw new MigrateError(error?.code ?? 'INTERNAL', {
    message: error?.message ?? finding ?? '',
    subject: error?.subject ?? subject,
    scope: 'run',
  })
}

interface Checked {
  all: Diagnostic[]
  blocking: Diagnostic | undefined
}

async function checked(site: DoctorSite, before: CheckedBefore, signal: AbortSignal): Promise<Checked> {
  const planned = plannedSite(site, { depth: 'run' }).filter(({ code }) => {
    const entry: DiagnosticEntry = diagnosticCatalogue[code]
    return entry.before?.includes(before) === true
  })
  const checkup = new Checkup(planned, { onChange: () => undefined, signal })
  await checkSite(site, checkup, () => Promise.resolve(true))
  signal.throwIfAborted()
  return { all: checkup.all, blocking: checkup.all.find(({ severity }) => severity === 'blocking') }
}

/** The checks ask each thing once; a run would try again. */
const mayBeOver = ({ blocking }: Checked): boolean =>
  !!blocking?.error && blinks.has(blocking.error.code) && (blocking.milliseconds ?? 0) < blinkMs

/** A check of one thing may fail for another: of the uploads for the database, which knows what lies there. */
const sentenceOf = ({ subject, finding, remedy, error }: Diagnostic): string =>
  [`${error?.subject ?? subject}: ${finding ?? ''}`, remedy?.words ?? ''].join(' ').trim()
