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
  url: string
  password: string
  /** Folder with pg_dump, pg_restore and all the others. */
  bin: string
  major: number
  stop: () => Promise<void>
}

/**
 * Starts a server of the operating system's PostgreSQL on a free loopback port: the one that comes with npm has no
 * pg_dump. It has nothing to do with the clusters of the system, and is gone when it is stopped.
 */
export async function startSystemPostgres(): Promise<SystemPostgres> {
  const { bin, major } = await newest()
  const account = await serverAccount()
  const dir = await mkdtemp(join(tmpdir(), 'readur-system-postgres-'))
  await chmod(dir, 0o755)
  const [data, passwordFile] = [join(dir, 'data'), join(dir, 'password')]
  const password = randomBytes(18).toString('hex')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (account) for (const path of [dir, passwordFile]) await chown(path, account.uid, account.gid)
  const call = (name: string, ...args: string[]) => run(join(bin, name), args, { cwd: dir, ...account })
  const stop = async (): Promise<void> => {
    await call('pg_ctl', 'stop', '-D', data, '-m', 'immediate', '-w').catch(() => undefined)
    await rm(dir, { recursive: true, force: true })
  }
  try {
    const how = ['--username=readur', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']
    await call('initdb', `--pgdata=${data}`, `--pwfile=${passwordFile}`, ...how)
    const port = await freePort()
    const settings = `-c port=${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`
    await call('pg_ctl', 'start', '-D', data, '-l', join(dir, 'log'), '-w', '-o', settings)
    return { url: `postgres://readur:${password}@127.0.0.1:${port}/postgres`, password, bin, major, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function newest(): Promise<{ bin: string; major: number }> {
  const majors = (await readdir(versions)).map(Number).sort((one, other) => other - one)
  for (const major of majors) {
    const bin = join(versions, String(major), 'bin')
    const present = await Promise.all(
      ['postgres', 'pg_dump'].map((name) =>
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
