import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { serverAccount } from '../../src/sandbox/account.ts'
import { freePort } from '../../src/sandbox/ports.ts'

const run = promisify(execFile)

/** Where Debian and Ubuntu put PostgreSQL, a folder for each major version. */
const versions = '/usr/lib/postgresql'

/** A PostgreSQL server of the operating system's, with the programs of the very same version. */
export interface SystemPostgres {
  readonly url: string
  readonly port: number
  password: string
  /** Folder with pg_dump, pg_restore and all the others. */
  bin: string
  major: number
  /** A copy of the whole server as it is now, byte for byte, on a port of its own: a clone, or a snapshot; not started. */
  physicalCopy: () => Promise<SystemPostgres>
  /** Starts it; on another port than its own where one is named. */
  start: (port?: number) => Promise<void>
  /** Ends it in order; its data stay. */
  halt: () => Promise<void>
  /** Ends it and deletes its data. */
  stop: () => Promise<void>
}

/**
 * Starts a server of the operating system's PostgreSQL on a free loopback port: the one that comes with npm has no
 * pg_dump. It has nothing to do with the clusters of the system, and is gone when it is stopped.
 */
export async function startSystemPostgres(): Promise<SystemPostgres> {
  const password = randomBytes(18).toString('hex')
  const server = await make(password, async ({ call, data, passwordFile }) => {
    const how = ['--username=readur', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']
    await call('initdb', `--pgdata=${data}`, `--pwfile=${passwordFile}`, ...how)
  })
  try {
    await server.start()
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

interface Making {
  call: (name: string, ...args: string[]) => Promise<unknown>
  data: string
  passwordFile: string
}

async function make(password: string, fill: (making: Making) => Promise<void>): Promise<SystemPostgres> {
  const { bin, major } = await newest()
  const account = await serverAccount()
  const dir = await mkdtemp(join(tmpdir(), 'readur-system-postgres-'))
  await chmod(dir, 0o755)
  const [data, passwordFile] = [join(dir, 'data'), join(dir, 'password')]
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (account) for (const path of [dir, passwordFile]) await chown(path, account.uid, account.gid)
  const env = { ...process.env, PGPASSWORD: password }
  const call = (name: string, ...args: string[]) => run(join(bin, name), args, { cwd: dir, env, ...account })
  let port = await freePort()
  const halt = async (mode: 'fast' | 'immediate' = 'fast'): Promise<void> => {
    await call('pg_ctl', 'stop', '-D', data, '-m', mode, '-w').catch(() => undefined)
  }
  await fill({ call, data, passwordFile })
  return {
    get url() {
      return `postgres://readur:${password}@127.0.0.1:${port}/postgres`
    },
    get port() {
      return port
    },
    password,
    bin,
    major,
    physicalCopy: () =>
      make(password, async ({ call: callThere, data: copy }) => {
        const from = ['-h', '127.0.0.1', '-p', String(port), '-U', 'readur', '--checkpoint=fast', '--no-sync']
        await callThere('pg_basebackup', '-D', copy, ...from)
      }),
    start: async (wanted = port) => {
      port = wanted
      const settings = `-c port=${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`
      await call('pg_ctl', 'start', '-D', data, '-l', join(dir, 'log'), '-w', '-o', settings)
    },
    halt: () => halt(),
    stop: async () => {
      await halt('immediate')
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function newest(): Promise<{ bin: string; major: number }> {
  const majors = (await readdir(versions)).map(Number).sort((one, other) => other - one)
  for (const major of majors) {
    const bin = join(versions, String(major), 'bin')
    const present = await Promise.all(
      ['postgres', 'pg_dump', 'pg_basebackup'].map((name) =>
        stat(join(bin, name)).then(
          () => true,
          () => false,
        ),
      ),
    )
    if (present.every(Boolean)) return { bin, major }
  }
  throw new Error('There is no PostgreSQL of the system: run node scripts/system.mjs postgres')
}
