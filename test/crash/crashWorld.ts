import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BucketAccess } from '../../src/sandbox/bucket.ts'
import type { Random } from '../../src/sandbox/documents/random.ts'
import { envFile } from '../../src/sandbox/envFile.ts'
import type { Expectation } from '../../src/sandbox/expectations.ts'
import { takeSnapshot, type Snapshot } from '../../src/sandbox/snapshot.ts'
import { Client } from 'pg'
import { Outside } from '../integration/outside.ts'
import { startReadur, type FakeReadur } from '../services/readur.ts'
import { ReadurStandIn } from '../services/readurStandIn.ts'
import { bundleWorker } from './bundle.ts'
import { plantWithLarge, type Scale } from './plant.ts'

/** An empty database and an empty bucket. */
export interface Services {
  databaseUrl: string
  s3: BucketAccess
}

/** A document or processed image whose row a migration has to switch. */
export type Moving = Pick<Expectation, 'kind' | 'rowId' | 'originalPath'> & {
  key: string
  sha256: string
  size: number
}

/** SHA-256 of what lies in place of a local file that was damaged; null for one that was deleted. */
export type Spoilt = ReadonlyMap<string, string | null>

/** A computer with the product on it, and the Readur that it works on. */
export interface Computer {
  place: Services & { uploadsDir: string }
  worker: string
  envFile: string
  /** The product's own data folder. */
  home: string
}

/** A Readur on real services, on which a migration can be killed and resumed again and again. */
export class CrashWorld implements Computer {
  readonly place: Services & { uploadsDir: string }
  readonly expectations: readonly Expectation[]
  readonly moving: readonly Moving[]
  /** The world as it was before the migration that is under way. */
  before: Snapshot
  spoilt: Spoilt = new Map()
  /** Keys of objects that somebody has removed behind the product's back. */
  lost: ReadonlySet<string> = new Set()
  /** Objects that two runs have used: none of them removes them, and they may be left in the end. */
  shared: ReadonlySet<string> = new Set()
  /** Files that were put aside are being deleted. */
  deletesAside = false
  /** Readur beside it, as its users have it. */
  readonly readur: ReadurStandIn
  /** Readur's address is in the settings: whether it uses the bucket is tried. */
  triesReadur = false
  readonly worker: string
  readonly #dir: string
  #server: FakeReadur | null = null

  private constructor(
    dir: string,
    worker: string,
    place: CrashWorld['place'],
    expectations: readonly Expectation[],
    before: Snapshot,
    readur: ReadurStandIn,
  ) {
    this.#dir = dir
    this.readur = readur
    this.worker = worker
    this.place = place
    this.expectations = expectations
    this.before = before
    this.moving = expectations.flatMap(({ outcome, key, sha256, size, ...item }) =>
      outcome === 'committed' && key !== undefined && sha256 !== undefined && size !== undefined
        ? [{ ...item, key, sha256, size }]
        : [],
    )
  }

  static async plant({ databaseUrl, s3 }: Services, scale: Scale): Promise<CrashWorld> {
    const dir = await mkdtemp(join(tmpdir(), 'readur-crash-'))
    const worker = await bundleWorker(join(dir, 'bundle'))
    const place = { databaseUrl, s3, uploadsDir: join(dir, 'uploads') }
    await mkdir(place.uploadsDir)
    const expectations = await plantWithLarge({ ...place, outsideDir: join(dir, 'outside') }, scale)
    const readur = new ReadurStandIn(place)
    const world = new CrashWorld(dir, worker, place, expectations, await takeSnapshot(place), readur)
    world.#server = await startReadur({ role: 'user' })
    world.#server.backing = readur
    const { url, token } = world.#server
    const settings = envFile(databaseUrl, place.uploadsDir, s3)
    await writeFile(world.#envFile(false), settings, { mode: 0o600 })
    await writeFile(world.#envFile(true), `${settings}READUR_URL=${url}\nREADUR_TOKEN=${token}\n`, { mode: 0o600 })
    return world
  }

  /** Another computer at work on the same Readur, which knows of all runs so far. */
  async otherComputer(): Promise<Computer> {
    const home = await mkdtemp(join(this.#dir, 'other-'))
    // What SQLite keeps beside a store comes and goes with those who read it.
    await cp(this.home, home, { recursive: true, filter: (path) => !/-(wal|shm)$/.test(path) })
    return { place: this.place, worker: this.worker, envFile: this.envFile, home }
  }

  /** A test system as the guide advises it: the database and the uploads copied, the bucket the same. */
  async rehearsal(): Promise<CrashWorld> {
    const dir = await mkdtemp(join(this.#dir, 'rehearsal-'))
    const url = new URL(this.place.databaseUrl)
    const original = url.pathname.slice(1)
    url.pathname = `${url.pathname}_rehearsal`
    const place = { ...this.place, databaseUrl: url.href, uploadsDir: join(dir, 'uploads') }
    await this.#administer(`CREATE DATABASE "${original}_rehearsal" TEMPLATE "${original}"`)
    // There is a pipe among the files, which Node does not copy.
    await promisify(execFile)('cp', ['-a', this.place.uploadsDir, place.uploadsDir])
    const before = await takeSnapshot(place)
    const world = new CrashWorld(dir, this.worker, place, this.expectations, before, this.readur)
    await writeFile(world.envFile, envFile(url.href, place.uploadsDir, place.s3), { mode: 0o600 })
    return world
  }

  async endRehearsal(): Promise<void> {
    await this.#administer(`DROP DATABASE "${new URL(this.place.databaseUrl).pathname.slice(1)}" WITH (FORCE)`)
    await this.close()
  }

  /** In the server’s own database: nobody is to be in the one that is copied or dropped. */
  #administer(statement: string): Promise<void> {
    const url = new URL(this.place.databaseUrl)
    url.pathname = '/postgres'
    return execute(url.href, statement)
  }

  /** Readur is asked with the token of an administrator from here on: documents of users are tried, too. */
  askAsAdministrator(): void {
    if (this.#server) this.#server.role = 'admin'
  }

  get envFile(): string {
    return this.#envFile(this.triesReadur)
  }

  #envFile(namesReadur: boolean): string {
    return join(this.#dir, namesReadur ? 'readur-with-token.env' : 'readur.env')
  }

  /** The product's own data folder. */
  get home(): string {
    return join(this.#dir, 'home')
  }

  /** A file for the steps of one session. */
  logOf(session: number): string {
    return join(this.#dir, `session-${session}.log`)
  }

  /** Local files with the bytes of documents that move, by their SHA-256: several rows may share one. */
  get movingFiles(): Map<string, string> {
    const hashes = new Set(this.moving.map(({ sha256 }) => sha256))
    return new Map(
      Object.entries(this.before.files).flatMap(([path, { sha256 }]) =>
        sha256 !== undefined && hashes.has(sha256) ? [[sha256, path] as const] : [],
      ),
    )
  }

  /** Deletes local files of documents that have moved, and damages others: large and shared ones are among them. */
  async spoil(random: Random, count: number): Promise<void> {
    const files = this.movingFiles
    const shared = this.moving.filter((one) => this.moving.some((it) => it !== one && it.sha256 === one.sha256))
    const large = [...this.moving].sort((one, other) => other.size - one.size).slice(0, 2)
    const hashes = new Set([...shared, ...large].map(({ sha256 }) => sha256))
    while (hashes.size < Math.min(count, files.size)) hashes.add(random.pick([...files.keys()]))
    const paths = [...hashes].flatMap((hash) => files.get(hash) ?? [])
    const spoilt = await Promise.all(
      paths.map(async (path, index) => [path, await this.#spoil(path, index % 2 === 0)] as const),
    )
    this.spoilt = new Map(spoilt)
  }

  async #spoil(path: string, byDeleting: boolean): Promise<string | null> {
    const full = join(this.place.uploadsDir, path)
    if (byDeleting) {
      await rm(full)
      return null
    }
    const bytes = await readFile(full)
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
    await writeFile(full, bytes)
    return createHash('sha256').update(bytes).digest('hex')
  }

  /** Removes objects that rows point at, the largest among them. */
  async loseObjects(random: Random, count: number): Promise<void> {
    const [largest] = [...this.moving].sort((one, other) => other.size - one.size)
    const keys = new Set([largest?.key ?? ''])
    while (keys.size < count) keys.add(random.pick(this.moving).key)
    using bucket = new Outside(this.place.s3)
    for (const key of keys) await bucket.remove(key)
    this.lost = keys
  }

  /** What was put aside is deleted from now on; a rollback fetches it. */
  async noteDeleted(): Promise<void> {
    const { files } = await takeSnapshot(this.place)
    const aside = new Set(
      Object.entries(files).flatMap(([path, { sha256 = '' }]) => (path.startsWith('quarantine/') ? [sha256] : [])),
    )
    this.spoilt = new Map(
      Object.entries(this.before.files).flatMap(([path, { kind, sha256 = '' }]) =>
        kind === 'file' && files[path] === undefined && !aside.has(sha256) ? [[path, null]] : [],
      ),
    )
  }

  /** From here on no row goes back to its local path, until the returned function is called. */
  async holdRows(): Promise<() => Promise<void>> {
    await execute(
      this.place.databaseUrl,
      `CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'held for the test' USING ERRCODE = 'check_violation'; END $$;
      CREATE TRIGGER hold BEFORE UPDATE ON documents FOR EACH ROW
        WHEN (OLD.file_path LIKE 's3://%') EXECUTE FUNCTION hold();
      CREATE TRIGGER hold BEFORE UPDATE ON processed_images FOR EACH ROW
        WHEN (OLD.processed_image_path LIKE 's3://%') EXECUTE FUNCTION hold()`,
    )
    return () => execute(this.place.databaseUrl, 'DROP FUNCTION hold() CASCADE')
  }

  /** From here on the local files of what has moved may be fetched: they get dates of their own. */
  expectFetches(): void {
    this.spoilt = new Map([...this.movingFiles.values()].map((path) => [path, null]))
  }

  /** All that moves is used by two runs from here on. */
  expectShared(): void {
    this.shared = new Set(this.moving.map(({ key }) => key))
  }

  /** Takes the world as it is now for the one before the next migration; what was put aside and what two runs left goes. */
  async beginAnew(): Promise<void> {
    using bucket = new Outside(this.place.s3)
    for (const key of this.shared) if (!Object.hasOwn(this.before.objects, key)) await bucket.remove(key)
    this.shared = new Set()
    await rm(join(this.place.uploadsDir, 'quarantine'), { recursive: true, force: true })
    this.spoilt = new Map()
    this.lost = new Set()
    this.deletesAside = false
    this.triesReadur = false
    this.readur.storing = 'local'
    if (this.#server) this.#server.role = 'user'
    this.before = await takeSnapshot(this.place)
  }

  async close(): Promise<void> {
    if (this.#server) {
      await this.#server.stop()
      this.readur.close()
    }
    await rm(this.#dir, { recursive: true, force: true })
  }
}

/** In a session of its own. */
export async function execute(databaseUrl: string, statements: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(statements).finally(() => client.end())
}
