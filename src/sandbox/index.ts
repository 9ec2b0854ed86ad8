import { mkdir, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import type { BucketAccess } from './bucket.ts'
import { envFile } from './envFile.ts'
import { expectations as expectationList, type Expectation } from './expectations.ts'
import { readJson, writeJson, writePrivate } from './jsonFile.ts'
import { plantDocuments } from './plant.ts'
import { freePort } from './ports.ts'
import { removePostgres, startPostgres, type RunningPostgres } from './postgres.ts'
import { startSandboxS3, type SandboxS3 } from './s3.ts'
import { snapshot, takeSnapshot, type Snapshot } from './snapshot.ts'

interface SandboxOptions {
  /** Folder for everything. Made when it does not exist; refused when it holds something else. */
  dir: string
  scale?: {
    /** Rows of `documents`. Default 300. */
    documents?: number | undefined
    /** Default 120 MiB. */
    largeFileBytes?: number | undefined
  }
  /** Told in one line each what is being done. */
  log?: (line: string) => void
}

export interface Sandbox {
  dir: string
  /** Settings for a migration, in Readur's own variables. Holds secrets: readable for its owner alone. */
  envFile: string
  uploadsDir: string
  databaseUrl: string
  s3: BucketAccess
  /** What a migration of all of it must come to. */
  expectations: Expectation[]
  /** The world as it was planted. */
  before: Snapshot
  /** Ends the servers; all data stay. Safe to call again. */
  stop: () => Promise<void>
}

/** First thing in a folder of ours, so that nothing else is ever removed. */
const ownerFile = '.readur-sandbox'
/** Written last: without it, the sandbox was not finished and is made anew. */
const stateFile = 'sandbox.json'
const state = z.object({ version: z.literal(1), s3Port: z.number() })

/**
 * Opens the sandbox in a folder: a Readur database, an uploads folder and an S3 service, all on loopback. The first
 * time it is made and filled (some seconds), later it comes back as it was left, migrated or not; on the same ports
 * where they are free. One process at a time.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { log = () => undefined } = options
  const dir = await ownFolder(options.dir)
  const known = await readJson(join(dir, stateFile), state)
  if (!known) await clear(dir)

  const stops: (() => Promise<void>)[] = []
  try {
    log('Starting PostgreSQL')
    // A time zone far from UTC, to find code that files documents by local time.
    const postgres = await startPostgres({ dir: join(dir, 'postgres'), settings: { timezone: 'Pacific/Auckland' } })
    stops.push(() => postgres.stop())
    log('Starting the S3 service')
    const s3 = await startSandboxS3({ dir: join(dir, 's3'), port: await freePort(known?.s3Port) })
    stops.push(() => s3.stop())
    return await finish(dir, postgres, s3, { ...options, log, made: known !== null })
  } catch (error) {
    for (const stop of stops.reverse()) await stop()
    throw error
  }
}

async function finish(
  dir: string,
  postgres: RunningPostgres,
  { stop: stopS3, ...s3 }: SandboxS3,
  options: SandboxOptions & { log: (line: string) => void; made: boolean },
): Promise<Sandbox> {
  const world = { databaseUrl: postgres.url, uploadsDir: join(dir, 'uploads'), s3 }
  const [expectedFile, beforeFile, settings] = [
    join(dir, 'expectations.json'),
    join(dir, 'before.json'),
    join(dir, 'sandbox.env'),
  ]
  if (!options.made) {
    options.log('Planting documents')
    await writeJson(
      expectedFile,
      await plantDocuments({ ...world, ...options.scale, outsideDir: join(dir, 'outside') }),
    )
    await writeJson(beforeFile, await takeSnapshot(world))
  }
  await writePrivate(settings, envFile(world.databaseUrl, world.uploadsDir, s3))
  const expectations = await readJson(expectedFile, expectationList)
  const before = await readJson(beforeFile, snapshot)
  if (!expectations || !before) throw new Error(`Files are missing in ${dir}. Remove the sandbox and make it anew.`)
  await writeJson(join(dir, stateFile), { version: 1, s3Port: Number(new URL(s3.endpoint).port) })
  options.log(`Sandbox ready: ${Object.keys(before.rows.documents).length} documents in ${dir}`)
  const stop = async (): Promise<void> => {
    await stopS3()
    await postgres.stop()
  }
  return { dir, envFile: settings, ...world, expectations, before, stop }
}

/** Removes a sandbox with all its data. Refuses any other folder, and one that a living process uses. */
export async function removeSandbox(folder: string): Promise<void> {
  const dir = resolve(folder)
  const names = await readdir(dir).catch(() => null)
  if (names === null) return
  if (!names.includes(ownerFile)) throw new Error(`${dir} is not a sandbox. It was left as it is.`)
  await clear(dir)
  await rm(dir, { recursive: true, force: true })
}

/** Removes the sandbox and makes it anew. */
export async function resetSandbox(options: SandboxOptions): Promise<Sandbox> {
  await removeSandbox(options.dir)
  return openSandbox(options)
}

async function ownFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const dir = await realpath(folder)
  const names = await readdir(dir)
  if (!names.includes(ownerFile)) {
    if (names.length > 0) throw new Error(`${dir} is not empty and not a sandbox. Choose another folder.`)
    await writeFile(join(dir, ownerFile), 'This folder was made by the sandbox of Readur Migrate and may be removed.\n')
  }
  return dir
}

/** Everything but the file that says whose folder it is. The state goes first. */
async function clear(dir: string): Promise<void> {
  await rm(join(dir, stateFile), { force: true })
  await removePostgres(join(dir, 'postgres'))
  for (const name of await readdir(dir)) {
    if (name !== ownerFile) await rm(join(dir, name), { recursive: true, force: true })
  }
}
