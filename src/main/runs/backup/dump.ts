import { containerPrograms, execArguments, parseContainer } from '../../../shared/container.ts'
import { readPostgresAddress } from '../../../shared/postgresAddress.ts'
import { copyable } from '../../../shared/shellWord.ts'
import { createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Commands } from '../../engine/commands.ts'
import { fullDisk, isFull } from '../../engine/diskError.ts'
import { asMigrateError, MigrateError } from '../../engine/errors.ts'

/** How PostgreSQL is reached by its own programs, in their variables: no list of processes shows a password. */
type PostgresVariables = Readonly<Record<string, string>>

interface DumpRequest {
  /** Of the computer that pg_dump runs on, or of the database's own container. */
  commands: Commands
  /** For people: `on the server`, `in the container`. */
  place: string
  variables: PostgresVariables
  file: string
  /** What lies there already may go. */
  replace: boolean
  onBytes: (bytes: number) => void
  signal: AbortSignal
}

interface Dump {
  path: string
  bytes: number
  /** Objects that pg_restore lists in it; null where there is no pg_restore here. */
  listed: number | null
}

/** First bytes of every archive in PostgreSQL's custom format. */
const magic = 'PGDMP'

/**
 * Writes a dump of the database in the custom format into a file of this computer, readable for its owner alone. The file
 * has its name when the dump is whole. Throws BACKUP_FAILED, FILE_TAKEN.
 */
export async function dumpDatabase(request: DumpRequest, here: Commands): Promise<Dump> {
  const { file, replace, signal } = request
  const path = resolve(file)
  if (!replace && (await isThere(path))) {
    throw new MigrateError('FILE_TAKEN', { message: `“${path}” is there already.`, subject: path, scope: 'run' })
  }
  const partial = `${path}.part`
  try {
    // What a dump that was ended has left is no dump.
    await rm(partial, { force: true })
    const bytes = await stream(request, partial)
    await assertArchive(partial)
    const listed = await listOf(here, partial, signal)
    await rename(partial, path)
    return { path, bytes, listed }
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined)
    signal.throwIfAborted()
    if (asMigrateError(cause).code === 'BACKUP_FAILED') throw cause
    if (isFull(cause)) throw fullDisk(path, cause)
    throw failed(asMigrateError(cause).message, path, cause)
  }
}

async function stream(request: DumpRequest, partial: string): Promise<number> {
  const { commands, place, variables, onBytes, signal } = request
  const running = await commands.start(['pg_dump', '--format=custom', '--no-password'], signal, variables)
  running.stdin.end()
  let bytes = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.byteLength
      onBytes(bytes)
      done(null, chunk)
    },
  })
  try {
    await pipeline(running.stdout, counted, createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }), {
      signal,
    })
  } catch (cause) {
    running.kill()
    throw cause
  }
  const { code, stderr } = await running.ended
  if (code === 0) return bytes
  throw failed(whyNot({ code, stderr, instead: await headOf(partial) }, place), partial.replace(/\.part$/, ''))
}

/**
 * What pg_dump means by its last words, where that is known; else the words themselves. `instead`: what came as the dump; an
 * account without a shell says so there.
 */
function whyNot({ code, stderr, instead }: { code: number; stderr: string; instead: string }, place: string): string {
  if (code === 127 || /executable file not found/i.test(stderr)) return `There is no pg_dump ${place}.`
  const versions = /server version: (\S+?);\s*pg_dump version: (\S+)/.exec(stderr)
  if (versions) {
    const [, server, own] = versions
    return `The server is PostgreSQL ${server}, and pg_dump ${place} is ${own}: it dumps no server that is newer than itself.`
  }
  const [first = ''] = instead.startsWith(magic) ? [] : instead.replace(/[^\P{Cc}\n]/gu, '').split('\n')
  const said = [...stderr.trim().split('\n').slice(-3), first.slice(0, 200)].filter((it) => it !== '')
  return `pg_dump ${place} ended with ${code}: ${said.join(' ')}`
}

/** In the database's own container, where its socket is. */
export const variablesInContainer = (variables: PostgresVariables): PostgresVariables =>
  Object.fromEntries(
    Object.entries(variables).filter(([name]) => ['PGUSER', 'PGDATABASE', 'PGPASSWORD'].includes(name)),
  )

async function assertArchive(path: string): Promise<void> {
  if ((await headOf(path)).startsWith(magic)) return
  throw failed('The output isn’t a dump in the custom format.', path)
}

/** The first bytes of a file, as text. */
async function headOf(path: string): Promise<string> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1024), 0, 1024, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** What pg_restore of this computer finds in it. Throws when it finds it broken. */
async function listOf(here: Commands, path: string, signal: AbortSignal): Promise<number | null> {
  const running = await here.start(['pg_restore', '--list', path], signal)
  running.stdin.end()
  let lines = 0
  let rest = ''
  for await (const chunk of running.stdout) {
    const parts = (rest + String(chunk)).split('\n')
    rest = parts.pop() ?? ''
    lines += parts.filter((line) => line !== '' && !line.startsWith(';')).length
  }
  const { code, stderr } = await running.ended
  if (code === 0) return lines
  // Not there, or older than the pg_dump that wrote the file.
  if (code === 127 || /unsupported version/i.test(stderr)) return null
  throw failed(`pg_restore cannot read it: ${stderr.trim()}`, path)
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const failed = (message: string, subject: string, cause?: unknown): MigrateError =>
  new MigrateError('BACKUP_FAILED', { message, subject, cause })

/** Parameters that have a variable of their own in libpq. */
const ofParameters = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslcrl: 'PGSSLCRL',
  sslnegotiation: 'PGSSLNEGOTIATION',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
  channel_binding: 'PGCHANNELBINDING',
  require_auth: 'PGREQUIREAUTH',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  gssencmode: 'PGGSSENCMODE',
  options: 'PGOPTIONS',
} as const

/**
 * The variables of libpq that mean what an address means. `authorities`: a file of the computer that pg_dump runs on, for
 * an address that wants a trusted certificate and names no file. Throws BACKUP_FAILED for what only an address can say.
 */
export function variablesOf(url: string, authorities?: string): PostgresVariables {
  const { host, port, user, password, name, parameters } = readPostgresAddress(url)
  if (parameters.has('sslpassword')) {
    throw failed(
      'pg_dump cannot be told sslpassword safely. Use a key without a passphrase for the backup.',
      'sslpassword',
    )
  }
  const ssl = parameters.get('ssl')?.toLowerCase()
  const values: Record<string, string> = {
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: name,
    PGSSLMODE: ssl === undefined ? '' : ['true', '1'].includes(ssl) ? 'require' : 'disable',
    PGSSLROOTCERT: parameters.get('sslmode')?.startsWith('verify-') === true ? (authorities ?? '') : '',
  }
  for (const [parameter, variable] of Object.entries(ofParameters)) {
    const value = parameters.get(parameter)
    if (value !== undefined) values[variable] = value === 'no-verify' ? 'require' : value
  }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}

/** The command that puts a dump back; it asks for the password. Run it where the database is reached as it was then. */
export function restoreCommand(path: string, variables: PostgresVariables, container: string | null): string {
  const { PGHOST: host, PGPORT: port, PGUSER: user = 'readur', PGDATABASE: name = 'readur' } = variables
  const common = ['pg_restore', '--clean', '--if-exists', '--username', user, '--dbname', name]
  const address = container === null ? null : parseContainer(container)
  if (address !== null) {
    const [program = []] = containerPrograms[address.runtime]
    return `${[...program, ...execArguments(address, common)].map(copyable).join(' ')} < ${copyable(path)}`
  }
  const place = [...(host === undefined ? [] : ['--host', host]), ...(port === undefined ? [] : ['--port', port])]
  return [...common, ...place, path].map(copyable).join(' ')
}
