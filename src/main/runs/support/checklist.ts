import type { Diagnostic } from '../../../shared/diagnostic.ts'

/** What is known of the points that Readur's guide asks for before a request for help. */
export interface ChecklistFacts {
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
  const s3 = standing(facts, 's3')
  const database = standing(facts, 'database')
  const backup =
    backupAt === null
      ? `no backup is known to this program; ${savedPaths.toLocaleString('en')} paths of before the run are saved with it`
      : `pg_dump of ${new Date(backupAt).toISOString()}`
  const lines: [boolean, string, string][] = [
    [
      facts.diagnostics.length > 0,
      'Checked this troubleshooting guide',
      `${facts.diagnostics.length} checks were made, see checks.json`,
    ],
    [
      logs.length > 0,
      'Reviewed application logs',
      logs.length > 0
        ? logs.join(', ')
        : 'not in this bundle; name the containers of Readur and PostgreSQL to have them in it',
    ],
    [s3.passed, 'Verified S3 credentials and permissions', s3.words],
    [s3.passed, 'Tested basic S3 connectivity', s3.words],
    [database.passed, 'Confirmed database is accessible', database.words],
    [backupAt !== null, 'Have backup of data before migration', backup],
    [
      true,
      'Can provide error messages and command used',
      `${command}${errors === null ? '' : `; ${errors} errors in full in run/errors.json`}`,
    ],
  ]
  const text = lines.map(([isDone, point, words]) => `- [${isDone ? 'x' : ' '}] ${point}: ${words}`)
  return `# Support checklist of Readur’s guide\n\n${text.join('\n')}\n`
}

function standing({ diagnostics }: ChecklistFacts, area: string): { passed: boolean; words: string } {
  const own = diagnostics.filter((one) => one.area === area)
  const bad = own.find(({ severity }) => severity === 'blocking')
  if (own.length === 0) return { passed: false, words: 'not checked' }
  if (bad) return { passed: false, words: `${bad.code}: ${bad.finding ?? ''}` }
  const done = own.filter(({ finding }) => finding !== null)
  return { passed: done.length > 0, words: `${done.length} checks, none blocking` }
}
