import type { Diagnostic, DiagnosticCode } from '../../../shared/diagnostic.ts'

/** What is known of the points that Readur's guide asks for before a request for help. */
interface ChecklistFacts {
  diagnostics: readonly Diagnostic[]
  /** Names of logs that are in the bundle. */
  logs: readonly string[]
  command: string
  /** Errors of the run that are in the bundle; null without a run. */
  errors: number | null
  /** When the last backup was made; null when none is known. */
  backupAt: number | null
  /** Paths of before the run that are saved with it. */
  savedPaths: number
}

/** The support checklist of Readur's guide, filled in. */
export function checklist(facts: ChecklistFacts): string {
  const { logs, command, errors, backupAt, savedPaths } = facts
  const made = facts.diagnostics.filter(({ state }) => state === 'done').length
  const bucket = standing(facts, ({ area }) => area === 'bucket')
  const way = standing(facts, ({ code }) => wayToBucket.has(code))
  const database = standing(facts, ({ area }) => area === 'database')
  const backup =
    backupAt === null
      ? `no backup is known to this program; ${savedPaths.toLocaleString('en')} paths of before the run are saved with it`
      : `pg_dump of ${new Date(backupAt).toISOString()}`
  const lines: [boolean, string, string][] = [
    [made > 0, 'Checked this troubleshooting guide', `${made} checks were made, see checks.json`],
    [
      logs.length > 0,
      'Reviewed application logs',
      logs.length > 0
        ? logs.join(', ')
        : 'not in this bundle; name the containers of Readur and PostgreSQL to have them in it',
    ],
    [bucket.passed, 'Verified S3 credentials and permissions', bucket.words],
    [way.passed, 'Tested basic S3 connectivity', way.words],
    [database.passed, 'Confirmed database is accessible', database.words],
    [backupAt !== null, 'Have backup of data before migration', backup],
    [
      true,
      'Can provide error messages and command used',
      errors === null
        ? `${command}, which made this bundle`
        : `what the run was to do is in run/details.json; ${errors} errors in full in run/errors.json`,
    ],
  ]
  const text = lines.map(([isDone, point, words]) => `- [${isDone ? 'x' : ' '}] ${point}: ${words}`)
  return `# Support checklist of Readur’s guide\n\n${text.join('\n')}\n`
}

/** Checks that tell whether the service is reached at all. */
const wayToBucket = new Set<DiagnosticCode>(['bucket.name', 'bucket.tls', 'bucket.addressing'])

function standing(
  { diagnostics }: ChecklistFacts,
  belongs: (diagnostic: Diagnostic) => boolean,
): { passed: boolean; words: string } {
  const own = diagnostics.filter((one) => belongs(one) && one.state !== 'skipped')
  const bad = own.find(({ severity }) => severity === 'blocking')
  if (own.length === 0) return { passed: false, words: 'not checked' }
  if (bad) return { passed: false, words: `${bad.code}: ${bad.finding ?? ''}` }
  const done = own.filter(({ finding }) => finding !== null)
  return { passed: done.length > 0, words: `${done.length} checks, none blocking` }
}
