import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { vi } from 'vitest'
import { z } from 'zod'
import { cliFile } from '../../scripts/cliBundle.mjs'
import { outputTo } from '../../src/main/cli/output.ts'
import { runProgram } from '../../src/main/cli/program.ts'
import { MigrateError } from '../../src/main/engine/errors.ts'
import type { Step } from '../../src/main/engine/journal/entries.ts'
import { allItems } from '../../src/main/engine/journal/items.ts'
import { openDataDir } from '../../src/main/dataDir.ts'
import { ReadurStateStore } from '../../src/main/runs/readur/readurStateStore.ts'
import { RunFolder } from '../../src/main/runs/runFolder.ts'
import type { RunSummary } from '../../src/shared/run.ts'
import type { BucketAccess } from '../../src/sandbox/bucket.ts'
import { checkPointers, checkSandbox, type CheckReport } from '../../src/sandbox/check.ts'
import { envFile } from '../../src/sandbox/envFile.ts'
import type { Expectation, ItemResult } from '../../src/sandbox/expectations.ts'
import { plantBulk } from '../../src/sandbox/bulk.ts'
import { plantDocuments } from '../../src/sandbox/plant.ts'
import { createReadurTables } from '../../src/sandbox/plant.ts'
import { takeSnapshot, type Snapshot } from '../../src/sandbox/snapshot.ts'
import { createBucket } from '../services/bucket.ts'
import { createDatabase } from '../services/database.ts'

const root = join(import.meta.dirname, '../..')

/** Looked at often, so that a short state is not missed. */
const patience = { timeout: 30_000, interval: 3 }

const count = z.number().int().min(0)
const reportSchema = z.strictObject({
  runId: z.string().nullable(),
  status: z.string(),
  stateFile: z.string().nullable(),
  documents: count,
  planned: count,
  committed: count,
  failed: count,
  skipped: count,
  restored: count,
  freed: count,
  copied: count,
  kind: z.string(),
  parent: z.string().nullable(),
  preview: z.record(z.string(), count).nullable(),
  repairs: z
    .array(
      z.strictObject({
        deed: z.string(),
        planned: count,
        bytes: count,
        unmarked: count,
        committed: count,
        failed: count,
        restored: count,
        remaining: count,
      }),
    )
    .nullable(),
  remaining: count,
  bytes: count,
  seconds: z.number().min(0),
  estimate: z.object({ seconds: z.number(), basis: z.string() }).nullable(),
  problems: z.array(
    z.object({
      code: z.string(),
      title: z.string().min(1),
      remedy: z.string().min(1),
      kind: z.enum(['failed', 'skipped', 'note', 'run']),
      count: z.number().int().min(1),
      examples: z.array(z.object({ documentId: z.string(), path: z.string(), message: z.string() })),
    }),
  ),
})
export type Report = z.infer<typeof reportSchema>

const checkSchema = z.strictObject({
  runId: z.string(),
  level: z.enum(['exists', 'checksum', 'readback']),
  checked: count,
  of: count,
  sound: count,
  seconds: z.number().min(0),
  drift: z.array(
    z.object({ code: z.string(), title: z.string().min(1), repair: z.string(), note: z.boolean(), count }),
  ),
})
type StateCheck = z.infer<typeof checkSchema>

/** A command in a process of its own. */
export interface Spawned {
  pid: number | undefined
  kill: (signal: NodeJS.Signals) => void
  /** Waits until its run has written so many lines of a kind into its journal. */
  reached: (step: Step, lines?: number) => Promise<void>
  /** Waits until it has said this on standard error. */
  said: (text: string) => Promise<void>
  ended: Promise<{ code: unknown; signal: unknown; out: string; err: string }>
}

/** What a command of the command line came to. */
export interface Ran {
  code: number
  out: string[]
  err: string
  report: Report
}

/** Parses what `--json` printed: one object, in exactly the shape that scripts rely on. */
export const parseReport = (text: string): Report => reportSchema.parse(JSON.parse(text))

/** The report's counts are a partition of the plan. */
export const addsUp = (report: Report): boolean =>
  report.planned ===
  report.committed + report.failed + report.skipped + report.restored + report.freed + report.remaining

/** Codes of the report with their counts, sorted. */
export const codesOf = (report: Report): string[] => report.problems.map((it) => `${it.code} ${it.count}`).sort()

/** A Readur on real services, for one test alone: database, bucket, uploads folder, and our own data folder. */
export class World {
  readonly databaseUrl: string
  readonly s3: BucketAccess
  readonly uploadsDir: string
  /** Our own data folder. */
  home: string
  readonly envFile: string
  expectations: Expectation[] = []
  /** The world as it was planted. */
  before: Snapshot = { rows: emptyRows(), files: {}, objects: {} }
  readonly #dir: string
  readonly #cleanUp: (() => Promise<void>)[]

  private constructor(
    dir: string,
    databaseUrl: string,
    s3: BucketAccess,
    cleanUp: (() => Promise<void>)[],
    uploadsDir = join(dir, 'uploads'),
  ) {
    this.#dir = dir
    this.#cleanUp = cleanUp
    this.databaseUrl = databaseUrl
    this.s3 = s3
    this.uploadsDir = uploadsDir
    this.home = join(dir, 'home')
    this.envFile = join(dir, 'readur.env')
  }

  static async #open(databaseUrl?: string): Promise<World> {
    const dir = await mkdtemp(join(tmpdir(), 'readur-world-'))
    const theirs = databaseUrl === undefined ? null : { url: databaseUrl, drop: () => Promise.resolve() }
    const [database, bucket] = await Promise.all([theirs ?? createDatabase(), createBucket()])
    const { endpoint, region, accessKeyId, secretAccessKey } = bucket
    const s3 = { endpoint, region, accessKeyId, secretAccessKey, bucket: bucket.bucket }
    const world = new World(dir, database.url, s3, [database.drop, bucket.remove])
    await mkdir(world.uploadsDir)
    await writeFile(world.envFile, envFile(database.url, world.uploadsDir, s3), { mode: 0o600 })
    world.confirmReadur()
    return world
  }

  /** The user says that Readur was restarted with the settings that name the bucket: nothing here can tell. */
  confirmReadur(): void {
    const { bucket, endpoint } = this.s3
    new ReadurStateStore(openDataDir({ READUR_MIGRATE_HOME: this.home }).root).confirm(
      'environment',
      { bucket, endpoint },
      true,
    )
  }

  /** Documents of all kinds, right, odd and faulty ones. */
  static async planted(scale: { documents?: number; largeFileBytes?: number } = {}): Promise<World> {
    const world = await World.#open()
    world.expectations = await plantDocuments({
      ...world.#place,
      outsideDir: join(world.#dir, 'outside'),
      documents: 50,
      largeFileBytes: 200_000,
      ...scale,
    })
    world.before = await takeSnapshot(world)
    return world
  }

  /** Many small documents, all of them right. */
  static async bulk(documents: number, bytes = 64, textWords = 20, databaseUrl?: string): Promise<World> {
    const world = await World.#open(databaseUrl)
    const client = new Client({ connectionString: world.databaseUrl })
    await client.connect()
    await createReadurTables(client)
    await client.end()
    const planted = await plantBulk(world.databaseUrl, world.uploadsDir, { documents, bytes, textWords })
    world.expectations = planted.expectations
    world.before = await takeSnapshot(world)
    return world
  }

  /** The same bucket, a copy of the uploads folder, and another database: a test system made of this one. */
  async rehearsal(databaseUrl: string): Promise<World> {
    const copy = await this.elsewhere(databaseUrl, await mkdtemp(join(tmpdir(), 'readur-rehearsal-')))
    await cp(this.uploadsDir, copy.uploadsDir, { recursive: true, preserveTimestamps: true })
    return copy
  }

  /** The same Readur seen from another computer: it has a data folder of its own, with what is known here by now. */
  async otherComputer(databaseUrl = this.databaseUrl): Promise<World> {
    const other = await this.elsewhere(databaseUrl, await mkdtemp(join(tmpdir(), 'readur-other-')), this.uploadsDir)
    if (existsSync(this.home)) await cp(this.home, other.home, { recursive: true })
    return other
  }

  /** The same, with the way to the bucket leading through this port of ours. */
  async throughPort(port: number): Promise<World> {
    const dir = await mkdtemp(join(tmpdir(), 'readur-through-'))
    const s3 = { ...this.s3, endpoint: `http://127.0.0.1:${port}` }
    const world = await this.elsewhere(this.databaseUrl, dir, this.uploadsDir, s3)
    world.home = this.home
    return world
  }

  async elsewhere(
    databaseUrl: string,
    dir: string,
    uploadsDir = join(dir, 'uploads'),
    s3: BucketAccess = this.s3,
  ): Promise<World> {
    const world = new World(dir, databaseUrl, s3, [], uploadsDir)
    world.expectations = this.expectations
    world.before = this.before
    await writeFile(world.envFile, envFile(databaseUrl, uploadsDir, s3), { mode: 0o600 })
    world.confirmReadur()
    return world
  }

  get #place() {
    return { databaseUrl: this.databaseUrl, s3: this.s3, uploadsDir: this.uploadsDir }
  }

  async close(): Promise<void> {
    for (const step of this.#cleanUp) await step()
    await rm(this.#dir, { recursive: true, force: true })
  }

  /** Runs a command with `--json` and this world's settings, in this process. */
  async run(command: string, ...options: string[]): Promise<Ran> {
    const { code, out, err } = await this.call(...willing(command), ...options, '--json', '--env-file', this.envFile)
    return { code, out, err, report: parseReport(out.join('\n')) }
  }

  /** Runs a command exactly as written, in this process; nobody is there to answer a question. */
  async call(...args: string[]): Promise<Omit<Ran, 'report'>> {
    const out: string[] = []
    const err: string[] = []
    const output = outputTo({
      out: (text) => out.push(text.replace(/\n$/, '')),
      err: (text) => err.push(text),
      terminal: false,
    })
    const code = await runProgram(args, { READUR_MIGRATE_HOME: this.home }, output)
    return { code, out, err: err.join('') }
  }

  /** What a run says of the world, compared with it. */
  async verify(runId: string | null, ...options: string[]): Promise<StateCheck> {
    const { out } = await this.call('verify-state', runId ?? '', ...options, '--json', '--env-file', this.envFile)
    return checkSchema.parse(JSON.parse(out.join('\n')))
  }

  /** Runs a command in a process of its own, which can be signalled and killed. */
  spawn(command: string, ...options: string[]): Spawned {
    const child = spawn(
      process.execPath,
      [cliFile, ...willing(command), '--json', '--env-file', this.envFile, ...options],
      { cwd: root, env: { ...process.env, READUR_MIGRATE_HOME: this.home }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    const ended = once(child, 'close').then(([code, signal]: unknown[]) => ({
      code,
      signal,
      out: Buffer.concat(out).toString(),
      err: Buffer.concat(err).toString(),
    }))
    const reached = async (step: Step, lines = 1): Promise<void> => {
      await vi.waitUntil(() => child.exitCode !== null || this.#linesOf(step) >= lines, patience)
      if (child.exitCode !== null) throw new Error(`It ended before it was met: ${(await ended).err}`)
    }
    const said = async (text: string): Promise<void> => {
      await vi.waitUntil(() => Buffer.concat(err).includes(text), patience)
    }
    return { pid: child.pid, kill: (signal) => child.kill(signal), reached, said, ended }
  }

  /** Waits until the newest run has written so many lines of a kind into its journal. */
  async reached(step: Step, lines = 1): Promise<void> {
    await vi.waitUntil(() => this.#linesOf(step) >= lines, patience)
  }

  /** The newest run, or null when there is none yet. */
  get latest(): RunSummary | null {
    return (existsSync(join(this.home, 'runs')) ? this.runs.list(0, 1).runs[0] : null) ?? null
  }

  #linesOf(step: Step): number {
    const [id] = existsSync(join(this.home, 'runs')) ? this.runs.ids() : []
    if (id === undefined) return 0
    try {
      const row = this.runs.with(id, (store) =>
        store.query.prepare('SELECT count(*) AS lines FROM journal WHERE step = ?').get(step),
      )
      return z.object({ lines: z.number() }).parse(row).lines
    } catch (error) {
      // It is just being made.
      if (error instanceof MigrateError && error.code === 'RUN_STORE_INVALID') return 0
      throw error
    }
  }

  /** Runs SQL as Readur would. */
  async query(sql: string, values: unknown[] = []): Promise<unknown[]> {
    const client = new Client({ connectionString: this.databaseUrl })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(sql, values)).rows
    } finally {
      await client.end()
    }
  }

  /** Everything as a migration of all of it must have left it; and as the run says, where one is named. */
  check(runId?: string | null): Promise<CheckReport> {
    const { expectations, before } = this
    return checkSandbox({ ...this.#place, expectations, before, results: runId ? this.results(runId) : undefined })
  }

  /** Rows that point neither at their old path nor at the right bytes. */
  brokenPointers(): Promise<string[]> {
    return checkPointers(this)
  }

  /** Files of the uploads folder as it was planted, relative to it. */
  get localFiles(): string[] {
    return Object.entries(this.before.files).flatMap(([path, { kind }]) => (kind === 'file' ? [path] : []))
  }

  /** In what rows, files and bucket differ from what they were before anything was migrated; row versions aside. */
  async differencesFromBefore(): Promise<string[]> {
    const now = await this.snapshot()
    const facts = ({ rows, files, objects }: Snapshot): Map<string, string> =>
      new Map([
        ...Object.entries(rows).flatMap(([table, found]) =>
          Object.entries(found).map(([id, { columns }]) => [`${table} ${id}`, JSON.stringify(columns)] as const),
        ),
        // Putting a file back gives it another date; its bytes count.
        ...Object.entries(files).map(
          ([path, fact]) => [`file ${path}`, JSON.stringify({ ...fact, mtimeMs: 0 })] as const,
        ),
        ...Object.entries(objects).map(([key, object]) => [`object ${key}`, JSON.stringify(object)] as const),
      ])
    const [before, after] = [facts(this.before), facts(now)]
    return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name))
  }

  snapshot(): Promise<Snapshot> {
    return takeSnapshot(this)
  }

  get runs(): RunFolder {
    return new RunFolder(join(this.home, 'runs'))
  }

  /** Every item of a run with its outcome. */
  results(runId: string): ItemResult[] {
    return this.runs.with(runId, (store) =>
      Array.from(allItems(store), ({ state, ...item }) => ({ ...item, outcome: state })),
    )
  }
}

/** Most tests free what nobody has validated: it is not what they are about. */
const willing = (command: string): string[] => (command === 'free' ? [command, '--anyway'] : [command])

function emptyRows(): Snapshot['rows'] {
  return {
    users: {},
    sources: {},
    documents: {},
    processed_images: {},
    failed_documents: {},
    ignored_files: {},
    ocr_queue: {},
  }
}
