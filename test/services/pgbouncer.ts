import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serverAccount } from '../../src/sandbox/account.ts'
import { freePort } from '../../src/sandbox/ports.ts'
import { listening } from './listeners.ts'

export interface Pgbouncer {
  /** The database that it was started for, through it. */
  url: string
  stop: () => Promise<void>
}

export type PoolMode = 'session' | 'transaction' | 'statement'

/**
 * A real PgBouncer before one database, with the settings that it comes with, except that it does not clean up after its clients. `poolSize`:
 * connections to the server.
 */
export async function startPgbouncer(database: string, mode: PoolMode, poolSize: number): Promise<Pgbouncer> {
  const target = new URL(database)
  const [port, account] = await Promise.all([freePort(), serverAccount()])
  const dir = await mkdtemp(join(tmpdir(), 'readur-pgbouncer-'))
  await chmod(dir, 0o755)
  const [config, users] = [join(dir, 'pgbouncer.ini'), join(dir, 'users.txt')]
  const name = target.pathname.slice(1)
  await writeFile(users, `"${target.username}" "${decodeURIComponent(target.password)}"\n`)
  await writeFile(
    config,
    `[databases]
${name} = host=${target.hostname} port=${target.port} dbname=${name}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = ${poolSize}
max_client_conn = 50
server_reset_query =
`,
  )
  if (account) for (const path of [dir, config, users]) await chown(path, account.uid, account.gid)
  const bouncer = spawn('/usr/sbin/pgbouncer', [config], { cwd: dir, stdio: 'ignore', ...account })
  const ended = once(bouncer, 'exit')
  await Promise.race([listening(port), ended.then(() => Promise.reject(new Error('PgBouncer did not start.')))])
  const url = new URL(database)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return {
    url: url.href,
    stop: async () => {
      bouncer.kill('SIGKILL')
      await ended
      await rm(dir, { recursive: true, force: true })
    },
  }
}
