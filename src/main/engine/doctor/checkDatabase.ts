import { asMigrateError, MigrateError } from '../errors.ts'
import { foldersAsTheyStand } from '../plan/paths.ts'
import type { DatabaseFacts, ReadurDatabase } from '../ports.ts'
import { assertNotIngested, assertReadur } from '../preflight.ts'
import { clocksApart } from './clocks.ts'
import { lateError, type Checkup, type Late } from './checkup.ts'
import type { DatabaseCondition, DatabaseDeps } from './ports.ts'
import { checkSessions } from './sessions.ts'
import { failed, note, ok, warning, type CheckResult } from './checkResult.ts'

/** Errors of a database that has let us in, and is not what we need. */
const deferred = new Set<MigrateError['code']>(['DB_NOT_READUR', 'DB_PRIVILEGE', 'DB_TIMEOUT'])

/** Versions of PostgreSQL that Readur runs on. */
const [oldest, newest] = [14, 18]

/** A clock that is further off is wrong, not late. */
const worthSayingMs = 5 * 60_000

/**
 * Whether the database is Readur's and can be worked with, and what else goes on in it. `onConnected` is told whether
 * rows can be read, as soon as that is known.
 */
export async function checkDatabase(
  checkup: Checkup,
  deps: DatabaseDeps,
  onConnected: (isThere: boolean) => void,
): Promise<void> {
  const { database, condition, subject } = deps
  const late: Late = (seconds) => lateError('DB_UNREACHABLE', subject, seconds)
  if (!checkup.plans('database.connect')) {
    // Nobody wants to know; who needs it finds out.
    onConnected(true)
    return
  }
  const connected = await checkup.run('database.connect', (signal) => connect(database, signal), { late })
  onConnected(connected !== null && !(connected.value instanceof MigrateError) && connected.value.missing.length === 0)
  if (!connected) {
    checkup.skip('database')
    return
  }
  const facts = connected.value
  const isReadur = await checkup.run('database.tables', (signal) => tables(facts, condition, signal))
  if (isReadur) await checkup.run('database.privileges', (signal) => privileges(facts, condition, signal))
  else checkup.skip('database.privileges')
  await checkup.run('database.clock', async (signal) => clock(await condition.clockOffset(signal)))
  await checkSessions(checkup, deps)
  if (!isReadur || facts instanceof MigrateError) {
    checkup.skip('database')
    return
  }
  await checkup.run('database.sources', () => {
    assertNotIngested(facts, deps.bucket)
    return Promise.resolve(ok(null, 'None.'))
  })
  await checkup.run('database.ocrQueue', async (signal) => ocrQueue(await condition.ocrQueue(signal)))
  await checkup.run('database.runLock', (signal) => runLock(condition, signal))
  await checkup.run('database.paths', async (signal) => paths(await condition.emptyPaths(signal)))
  await checkup.run('database.localOnly', async (signal) =>
    localOnly(await condition.localOnlyPaths(foldersAsTheyStand(deps.prefixes), signal)),
  )
}

async function connect(
  database: Pick<ReadurDatabase, 'facts'>,
  signal: AbortSignal,
): Promise<CheckResult<DatabaseFacts | MigrateError>> {
  const facts = await orDeferred(database.facts(signal), deferred)
  if (facts instanceof MigrateError) return ok(facts, 'Logged in')
  // “PostgreSQL 16.4 on x86_64-pc-linux-gnu, compiled by …”
  const version = facts.version.split(' ').slice(0, 2).join(' ')
  const major = Number(/^PostgreSQL (\d+)/.exec(version)?.[1] ?? oldest)
  if (major >= oldest && major <= newest) return ok(facts, version, { evidence: [facts.version] })
  return warning(facts, version, {
    words: `Readur and this program are known to work on PostgreSQL ${oldest} to ${newest}.`,
  })
}

async function tables(
  facts: DatabaseFacts | MigrateError,
  condition: DatabaseCondition,
  signal: AbortSignal,
): Promise<CheckResult<true>> {
  if (facts instanceof MigrateError && facts.code !== 'DB_PRIVILEGE') throw facts
  if (!(facts instanceof MigrateError)) assertReadur({ ...facts, notUpdatable: [] })
  const { schema } = await condition.identity(signal)
  return ok(true, 'Readur’s tables found', {
    evidence: schema === null ? [] : [`Readur’s last migration of the schema: ${schema}`],
  })
}

async function privileges(
  facts: DatabaseFacts | MigrateError,
  condition: DatabaseCondition,
  signal: AbortSignal,
): Promise<CheckResult<null>> {
  const { user, database, readOnly } = await condition.identity(signal)
  if (readOnly) {
    const message = 'The database is a read-only standby.'
    const error = new MigrateError('DB_PRIVILEGE', { message })
    return failed(null, error, { words: 'Connect to the primary server, or as a user with write permission.' })
  }
  try {
    if (facts instanceof MigrateError) throw facts
    assertReadur(facts)
  } catch (error) {
    if (!(error instanceof MigrateError)) throw error
    return failed(null, error, {
      words: `Connect as the user that Readur uses (the owner of its tables), or let the owner grant “${user}” what is needed:`,
      commands: [{ where: 'the database', text: [...grants(user), grantMark(user, database)].join('\n') }],
    })
  }
  if (!facts.mayMark) {
    return warning(null, 'The paths may be changed; whose the bucket is can’t be proved.', {
      words: `“${user}” can’t create or change the schema “readur_migrate”. Documents can be migrated and rolled back, but a rollback leaves all objects in the bucket. Let the owner of the database grant what is needed:`,
      commands: [{ where: 'the database', text: grantMark(user, database) }],
    })
  }
  return ok(null, 'Can read and update documents')
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

const grantMark = (user: string, database: string): string =>
  `GRANT CREATE ON DATABASE ${quoted(database)} TO ${quoted(user)};`

function grants(user: string): string[] {
  const name = quoted(user)
  return [
    `GRANT SELECT ON documents, processed_images, failed_documents, ignored_files, ocr_queue, sources TO ${name};`,
    `GRANT UPDATE (file_path) ON documents TO ${name};`,
    `GRANT UPDATE (processed_image_path, original_image_path) ON processed_images TO ${name};`,
  ]
}

function clock(offsetMs: number): CheckResult<null> {
  if (Math.abs(offsetMs) <= worthSayingMs) return ok(null, 'In sync')
  return warning(null, clocksApart(offsetMs, 'the database’s'), {
    words:
      'Turn on network time on both computers. If the clock of Readur’s server is wrong, S3 refuses Readur’s requests.',
    commands: [
      { where: 'this computer', text: 'timedatectl set-ntp true' },
      { where: 'the server', text: 'timedatectl set-ntp true' },
    ],
  })
}

function ocrQueue({ pending, processing }: { pending: number; processing: number }): CheckResult<null> {
  if (pending + processing === 0) return ok(null, 'Empty')
  return note(null, `${pending} documents wait for OCR, ${processing} are being read.`, {
    words:
      'Readur reads their local files, so keep it running until OCR is done. Migrating works meanwhile; freeing up space has to wait.',
  })
}

async function runLock(condition: DatabaseCondition, signal: AbortSignal): Promise<CheckResult<null>> {
  const holder = await condition.lockHolder(signal)
  if (holder === null) return ok(null, 'None.')
  const { pid, client, startedAt } = holder
  const message = `A run works on this database: pid ${pid}, from ${client ?? 'the server itself'}, connected since ${startedAt}.`
  const error = new MigrateError('DB_BUSY', { message })
  return failed(null, error, { evidence: [message] })
}

function paths({ count, ids, more }: Awaited<ReturnType<DatabaseCondition['emptyPaths']>>): CheckResult<null> {
  if (count === 0) return ok(null, 'None.')
  const number = `${count}${more ? ' documents or more have' : count === 1 ? ' document has' : ' documents have'}`
  return warning(null, `${number} no path.`, {
    evidence: ids.map((id) => `document ${id}`),
    words: 'These documents have no file, so a run excludes them. Check them in Readur and delete them there.',
  })
}

/** On S3, Readur looks for a local file at the path as it stands alone, and a bare name or the like leads nowhere then. */
function localOnly({ count, paths }: Awaited<ReturnType<DatabaseCondition['localOnlyPaths']>>): CheckResult<null> {
  if (count === 0) return ok(null, 'None.')
  const number = `${count} ${count === 1 ? 'document has' : 'documents have'}`
  return warning(null, `${number} a path that Readur finds only while it stores locally.`, {
    evidence: paths.map((path) => `“${path}”`),
    words:
      'Users can’t open these documents between switching Readur to S3 and switching the documents. They are copied and switched first; keep that time short.',
  })
}

/** The answer, or one of the errors that belong to a later diagnostic. */
async function orDeferred<T>(promise: Promise<T>, codes: typeof deferred): Promise<T | MigrateError> {
  try {
    return await promise
  } catch (error) {
    const known = asMigrateError(error)
    if (codes.has(known.code)) return known
    throw known
  }
}
