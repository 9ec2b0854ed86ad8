import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Client, escapeIdentifier } from 'pg'
import { z } from 'zod'
import { serverAccount, type Account } from './account.ts'
import { readJson, writeJson } from './jsonFile.ts'
import { freePort } from './ports.ts'
import { choosePlace } from './postgresPlace.ts'
import { findPrograms, type PostgresPrograms } from './postgresPrograms.ts'

const host = '127.0.0.1'
const user = 'readur'

const serverState = z.object({
  /** Folder that holds the data. */
  place: z.string(),
  password: z.string(),
  port: z.number(),
  /** Process that started the server; null after an orderly stop. */
  owner: z.number().nullable(),
})
type ServerState = z.infer<typeof serverState>

interface PostgresOptions {
  /** Folder of the server; made when it does not exist, used again when it does. */
  dir: string
  /** Without one: the port of the last time, or any free one. */
  port?: number | undefined
  /** Made when it does not exist. Default: `readur`. */
  database?: string | undefined
  /** Settings as in postgresql.conf. */
  settings?: Record<string, string> | undefined
}

export interface RunningPostgres {
  url: string
  host: string
  port: number
  database: string
  user: string
  password: string
  /** Ends the server in order. Safe to call again. */
  stop: () => Promise<void>
}

/**
 * Starts a PostgreSQL server of its own on loopback, with a random password and no Unix socket; on a folder used
 * before, with the data of that time. Refuses while another living process uses the folder; a server that a killed
 * process left behind is stopped first. The server is not part of the terminal's process group.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { dir, stateFile } = await layOut(options.dir)
  const account = await serverAccount()
  const known = await readJson(stateFile, serverState)
  const place = known?.place ?? (await choosePlace(dir, account))
  const data = join(place, 'data')
  const programs = await findPrograms(place, account)

  if (known) await stopAbandoned(dir, known, programs)
  const password = known?.password ?? (await initialise(place, programs, account))
  const port = options.port ?? (await freePort(known?.port))
  const state: ServerState = { place, password, port, owner: process.pid }
  await writeJson(stateFile, state)

  await start(data, programs, port, options.settings ?? {})
  const stop = stopper(data, programs, () => writeJson(stateFile, { ...state, owner: null }), await processId(data))
  try {
    const database = options.database ?? 'readur'
    await ensureDatabase(port, password, database)
    const url = `postgres://${user}:${password}@${host}:${port}/${encodeURIComponent(database)}`
    return { url, host, port, database, user, password, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Stops a server that was left behind and removes its folders. Refuses while a living process uses it. */
export async function removePostgres(folder: string): Promise<void> {
  const { dir, stateFile } = await layOut(folder)
  const known = await readJson(stateFile, serverState)
  if (known) {
    await stopAbandoned(dir, known, await findPrograms(known.place, await serverAccount()))
    await rm(known.place, { recursive: true, force: true })
  }
  await rm(dir, { recursive: true, force: true })
}

async function layOut(folder: string): Promise<{ dir: string; stateFile: string }> {
  await mkdir(resolve(folder), { recursive: true })
  const dir = await realpath(folder)
  return { dir, stateFile: join(dir, 'server.json') }
}

async function initialise(place: string, programs: PostgresPrograms, account: Account | null): Promise<string> {
  const data = join(place, 'data')
  const passwordFile = join(place, 'initial-password')
  const password = randomBytes(18).toString('hex')
  // Data without a state file are those of a first start that did not get to its end.
  await rm(data, { recursive: true, force: true })
  await rm(passwordFile, { force: true })
  await mkdir(data, { mode: 0o700 })
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' })
  if (account) for (const path of [data, passwordFile]) await chown(path, account.uid, account.gid)
  try {
    await programs.initdb([
      `--pgdata=${data}`,
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-sync',
    ])
  } finally {
    await rm(passwordFile, { force: true })
  }
  return password
}

async function start(
  data: string,
  programs: PostgresPrograms,
  port: number,
  extra: Record<string, string>,
): Promise<void> {
  const settings = { ...extra, port: String(port), listen_addresses: host, unix_socket_directories: '' }
  const flags = Object.entries(settings).map(([name, value]) => {
    // pg_ctl hands them to a shell.
    if (!/^[a-z_.]+$/.test(name) || !/^[\w.,:/+-]*$/.test(value)) throw new Error(`Cannot pass on ${name} = ${value}`)
    return `-c ${name}=${value}`
  })
  const log = join(data, 'server.log')
  const { code, output } = await programs.pgCtl([
    'start',
    ...['-D', data],
    ...['-l', log],
    ...['-t', '60'],
    ...['-o', flags.join(' ')],
    '-w',
  ])
  if (code !== 0) {
    const lines = await readFile(log, 'utf8').catch(() => '')
    throw new Error(`PostgreSQL did not start: ${output}\n${lines.split('\n').slice(-20).join('\n')}`)
  }
}

function stopper(data: string, programs: PostgresPrograms, released: () => Promise<void>, pid: number) {
  // When this process exits without having called stop, there is time for a signal and no more.
  const atExit = (): void => {
    if (process.platform === 'win32') return
    try {
      process.kill(pid, 'SIGINT')
    } catch {
      // The server has ended before us.
    }
  }
  process.once('exit', atExit)
  let stopping: Promise<void> | null = null
  const run = async (): Promise<void> => {
    process.off('exit', atExit)
    await stopServer(data, programs)
    await released()
  }
  return () => (stopping ??= run())
}

async function stopServer(data: string, programs: PostgresPrograms): Promise<void> {
  const stopped = await programs.pgCtl(['stop', '-D', data, '-m', 'fast', '-w', '-t', '60'])
  if (stopped.code !== 0 && (await isRunning(data, programs))) {
    throw new Error(`PostgreSQL in ${data} did not stop: ${stopped.output}`)
  }
}

const isRunning = async (data: string, programs: PostgresPrograms): Promise<boolean> =>
  (await programs.pgCtl(['status', '-D', data])).code === 0

async function stopAbandoned(dir: string, known: ServerState, programs: PostgresPrograms): Promise<void> {
  const data = join(known.place, 'data')
  if (!(await isRunning(data, programs))) return
  if (known.owner !== null && (await isAlive(known.owner))) {
    throw new Error(`The database in ${dir} is in use by process ${known.owner}. Stop that process first.`)
  }
  await stopServer(data, programs)
}

/** Whether a process of this id runs. One that was killed and not yet waited for does not count. */
async function isAlive(pid: number): Promise<boolean> {
  const facts = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  if (facts.includes(') Z ')) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function processId(data: string): Promise<number> {
  const [line = ''] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')
  return z.coerce.number().int().positive().parse(line)
}

async function ensureDatabase(port: number, password: string, database: string): Promise<void> {
  const client = new Client({ host, port, user, password, database: 'postgres' })
  await client.connect()
  try {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [database])
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(database)}`)
  } finally {
    await client.end()
  }
}
