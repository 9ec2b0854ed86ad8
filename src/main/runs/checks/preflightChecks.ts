import type { Diagnostic, DiagnosticCode } from '../../../shared/diagnostic.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { Checkup } from '../../engine/doctor/checkup.ts'
import { checkSite, plannedSite, type DoctorSite } from '../../engine/doctor/checkSite.ts'
import { MigrateError } from '../../engine/errors.ts'
import type { Progress } from '../../engine/progress.ts'

/** Only looked at, in about a second. */
const beforePlan: readonly DiagnosticCode[] = [
  'computer.dataFolder',
  'database.connect',
  'database.tables',
  'database.privileges',
  'database.connections',
  'database.locks',
  'database.timeout',
  'database.sources',
  'uploads.folder',
  'uploads.account',
  'uploads.space',
  'uploads.mapping',
  'bucket.name',
  'bucket.tls',
  'bucket.clock',
  'bucket.addressing',
  'bucket.access',
  'bucket.exists',
  'bucket.region',
  'bucket.list',
  'bucket.bodies',
  'bucket.keeping',
  'bucket.owner',
  'database.localOnly',
  'readur.settings',
  'readur.version',
  'readur.reach',
  'readur.storage',
]

/** What a plan does not need: the permissions to write and to delete, tried without leaving anything. */
const beforeCopying: readonly DiagnosticCode[] = [
  ...beforePlan.filter((code) => /^(bucket|computer)\./.test(code) && code !== 'bucket.owner'),
  'bucket.put',
  'bucket.delete',
  'readur.version',
]

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
  before: 'plan' | 'copying',
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

async function checked(site: DoctorSite, before: 'plan' | 'copying', signal: AbortSignal): Promise<Checked> {
  const codes = before === 'plan' ? beforePlan : beforeCopying
  const planned = plannedSite(site, { depth: 'run' }).filter(({ code }) => codes.includes(code))
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
