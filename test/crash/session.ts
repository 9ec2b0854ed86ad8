import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { z } from 'zod'
import { execute, type Computer } from './crashWorld.ts'
import { reachedSchema, saidSchema, type Job, type Reached, type Said } from './job.ts'

/**
 * Where a worker dies, `stops` as with Ctrl-C, or `sleeps` as a laptop that is closed: at a step; or where it dies so many
 * milliseconds after it has begun, whatever it does then.
 */
export type Kill = NonNullable<Job['kill']> | { afterMs: number }

export interface Session {
  wasKilled: boolean
  /** What the worker said last; null when it could not. */
  said: Exclude<Said, { said: 'begun' | 'asleep' }> | null
  reached: Reached[]
  /** From its beginning to its end. */
  ms: number
}

/**
 * Runs a command in a worker of its own until it ends or dies, and waits until the database has noticed. `asleep`: what
 * happens while it sleeps, its sessions of the database ended; then it wakes.
 */
export async function runSession(
  world: Computer,
  job: Pick<Job, 'command' | 'multipartThreshold' | 'batchSize'>,
  kill: Kill | null,
  log: string,
  asleep: () => Promise<void> = () => Promise.resolve(),
): Promise<Session> {
  const full: Job = {
    ...job,
    envFile: world.envFile,
    home: world.home,
    log,
    kill: kill !== null && 'at' in kill ? kill : null,
  }
  const child = spawn(process.execPath, [world.worker, JSON.stringify(full)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  })
  const closed = once(child, 'close')
  const err: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  let timer: NodeJS.Timeout | undefined
  let begunAt = performance.now()
  let last: Session['said'] = null
  try {
    for await (const line of createInterface(child.stdout)) {
      const said = saidSchema.parse(JSON.parse(line))
      if (said.said === 'begun') {
        begunAt = performance.now()
        if (kill !== null && 'afterMs' in kill) timer = setTimeout(() => child.kill('SIGKILL'), kill.afterMs)
      } else if (said.said === 'asleep') {
        await endSessions(world.place.databaseUrl)
        await asleep()
        child.kill('SIGCONT')
      } else last = said
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  const [code, signal] = z.tuple([z.number().nullable(), z.string().nullable()]).parse(await closed)
  clearTimeout(timer)
  const ms = performance.now() - begunAt
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`The worker failed: ${Buffer.concat(err).toString()}`)
  await untilAlone(world.place.databaseUrl)
  return { wasKilled: signal === 'SIGKILL', said: last, reached: await readLog(log), ms }
}

async function readLog(path: string): Promise<Reached[]> {
  if (!existsSync(path)) return []
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')
  return lines.map((line) => reachedSchema.parse(JSON.parse(line)))
}

/** As a server does that hears nothing from its clients any more. */
async function endSessions(databaseUrl: string): Promise<void> {
  await execute(
    databaseUrl,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  )
}

/** The server ends what a dead client has begun; until then its lock is held. */
async function untilAlone(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    for (const giveUpAt = Date.now() + 30_000; Date.now() < giveUpAt;) {
      const { rows } = await client.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
           AND backend_type = 'client backend'`,
      )
      if (rows.length === 0) return
      await pause(5)
    }
    throw new Error('Sessions of a dead worker are still there.')
  } finally {
    await client.end()
  }
}
