import { execFile } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

/** What a client needs to know to use an S3 server. Serialisable, so that tests can be handed it. */
export interface S3Settings {
  endpoint: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  bucket: string
}

export interface S3Server extends S3Settings {
  /** Stops the server and deletes its data. */
  stop: () => Promise<void>
}

const exec = promisify(execFile)
const script = (name: string): string => join(import.meta.dirname, 's3', name)

/**
 * Starts an S3 server of its own (Ceph's RADOS Gateway, loopback only, objects in memory) with one empty bucket.
 * Several can run at once. It ends with this process at the latest, however that ends.
 */
export async function startS3(options: { dir?: string } = {}): Promise<S3Server> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'readur-s3-')))
  const secretAccessKey = randomBytes(20).toString('hex')
  const settings = await retry(3, async () => {
    const port = await freePortBlock()
    const { stdout } = await exec(script('start.sh'), [dir], {
      env: {
        ...process.env,
        S3_PORT: port.toString(),
        S3_MON_PORT: (port + 1).toString(),
        S3_OSD_PORT_MIN: (port + 2).toString(),
        S3_SECRET_ACCESS_KEY: secretAccessKey,
        S3_OWNER_PID: process.pid.toString(),
      },
    })
    return parseSettings(stdout)
  }).catch(async (error: unknown) => {
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true })
    throw error
  })
  return {
    ...settings,
    stop: async () => {
      await exec(script('stop.sh'), [dir, '--purge'])
    },
  }
}

const printed = z
  .object({
    S3_ENDPOINT: z.url(),
    S3_ACCESS_KEY_ID: z.string(),
    S3_SECRET_ACCESS_KEY: z.string(),
    S3_BUCKET_NAME: z.string(),
  })
  .transform((lines) => ({
    endpoint: lines.S3_ENDPOINT,
    region: 'us-east-1',
    accessKeyId: lines.S3_ACCESS_KEY_ID,
    secretAccessKey: lines.S3_SECRET_ACCESS_KEY,
    bucket: lines.S3_BUCKET_NAME,
  }))

function parseSettings(stdout: string): S3Settings {
  return printed.parse(
    Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/)),
    ),
  )
}

/** The ports that one server may take: gateway, monitor, and a hundred for the OSD to choose from. */
const BLOCK = 102

/**
 * The first port of a block whose first two are free. Below the range from which systems hand out ports for
 * outgoing connections, so that nothing takes one between this look and the server's start.
 */
async function freePortBlock(): Promise<number> {
  for (;;) {
    const port = 20_000 + BLOCK * randomInt(100)
    if ((await isFree(port)) && (await isFree(port + 1))) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
  })
}

/** Two servers that start at the same moment may still pick one block; the later one tries again. */
async function retry<T>(attempts: number, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (attempts <= 1) throw error
    return await retry(attempts - 1, action)
  }
}
