import { isDeepStrictEqual } from 'node:util'
import { openBucket } from '../../src/sandbox/bucket.ts'
import { checkRows } from '../../src/sandbox/checkRows.ts'
import { takeSnapshot, type Rows, type Snapshot } from '../../src/sandbox/snapshot.ts'
import type { FileFacts } from '../../src/sandbox/snapshotFiles.ts'
import type { CrashWorld, Moving, Spoilt } from './crashWorld.ts'

/** What lies in our quarantine, below the folder of one run. */
const quarantined = /^quarantine\/[^/]+\/(.+)$/

/** What a file is called while it is being written; Readur takes it for no document. */
const unfinished = /^(documents|processed_images)\/[^/]+\.part$/

/**
 * What must hold at every instant, read from rows, bucket and disk and from nothing that the product says: every row
 * points at its local file or at its object, and there the right bytes lie; nothing else in the rows has changed; no
 * local file is lost. One line for each that does not hold.
 */
export async function violations(world: CrashWorld): Promise<string[]> {
  await world.readur.settled()
  const now = withoutStored(await takeSnapshot(world.place), world.readur.stored)
  const onS3 = world.moving.filter((item) => pathOf(now.rows, item) === `s3://${item.key}`)
  return [
    ...wrongRows(world, now.rows, onS3),
    ...wrongPointers(world, now, onS3),
    ...lostFiles(world, now, onS3),
    ...wrongObjects(world, now),
  ]
}

/**
 * Documents that a user could open and cannot now, asked for through Readur; and those that were uploaded to it to try it
 * out, for as long as they are there. One line each.
 */
export async function unreachable({ readur, place }: CrashWorld, usual: readonly string[]): Promise<string[]> {
  await readur.settled()
  const { rows } = await takeSnapshot(place)
  const tried = [...readur.stored].filter((id) => rows.documents[id] !== undefined)
  return (await readur.unreachable([...usual, ...tried])).map((id) => `document ${id}: Readur does not serve it`)
}

/** Documents that Readur serves from their local files, whether it is on S3 or not. */
export async function usuallyReachable({ readur, before }: CrashWorld): Promise<string[]> {
  const all = Object.keys(before.rows.documents)
  const { storing } = readur
  const missing = new Set<string>()
  for (const some of ['local', 'bucket'] as const) {
    readur.storing = some
    for (const id of await readur.unreachable(all)) missing.add(id)
  }
  readur.storing = storing
  return all.filter((id) => !missing.has(id))
}

/** Documents that are uploaded to try out Readur come and go; what has to hold of them is looked at elsewhere. */
function withoutStored({ rows, files, objects }: Snapshot, stored: ReadonlySet<string>): Snapshot {
  const others = <T>(record: Record<string, T>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(record).filter(([name]) => !stored.has(/([^/]+?)(\.txt)?$/.exec(name)?.[1] ?? '')),
    )
  return { rows: { ...rows, documents: others(rows.documents) }, files: others(files), objects: others(objects) }
}

function pathOf(rows: Rows, { kind, rowId }: Moving): unknown {
  return kind === 'document'
    ? rows.documents[rowId]?.columns.file_path
    : rows.processed_images[rowId]?.columns.processed_image_path
}

/** Each row is either as it was or as it must be with its document on S3, in all of its columns. */
function wrongRows({ before, expectations, moving }: CrashWorld, rows: Rows, onS3: readonly Moving[]): string[] {
  const there = new Set(onS3.map(({ rowId }) => rowId))
  const expected = expectations.map((one) =>
    one.outcome === 'committed' && !there.has(one.rowId) ? { ...one, outcome: 'failed' as const } : one,
  )
  return checkRows(withVersionsOf(rows, before.rows, moving), rows, expected)
}

/** A row that was switched and switched back has another version than before. */
export function withVersionsOf(now: Rows, before: Rows, moving: readonly Moving[]): Rows {
  const documents = new Set(moving.map(({ rowId }) => rowId))
  const sameVersion = (table: 'documents' | 'processed_images', isOurs: (id: string) => boolean) =>
    Object.fromEntries(
      Object.entries(before[table]).map(([id, row]) => [
        id,
        isOurs(id) ? { ...row, version: now[table][id]?.version ?? row.version } : row,
      ]),
    )
  return {
    ...before,
    documents: sameVersion('documents', (id) => documents.has(id)),
    processed_images: sameVersion('processed_images', (id) => {
      const { document_id } = before.processed_images[id]?.columns ?? {}
      return documents.has(id) || (typeof document_id === 'string' && documents.has(document_id))
    }),
  }
}

function wrongPointers({ moving, movingFiles, lost }: CrashWorld, now: Snapshot, onS3: readonly Moving[]): string[] {
  const there = new Set(onS3)
  return moving.flatMap((item) => {
    const { kind, rowId, key, sha256, size } = item
    if (there.has(item)) {
      const right =
        isDeepStrictEqual(now.objects[key], { sha256, size }) || (lost.has(key) && now.objects[key] === undefined)
      return right ? [] : [`${kind} ${rowId}: points at ${key}, which is ${show(now.objects[key])}`]
    }
    const path = movingFiles.get(sha256) ?? '?'
    const right = now.files[path]?.sha256 === sha256
    return right ? [] : [`${kind} ${rowId}: points at its local file, and ${path} is ${show(now.files[path])}`]
  })
}

function lostFiles({ before, spoilt, deletesAside }: CrashWorld, now: Snapshot, onS3: readonly Moving[]): string[] {
  const aside = new Set(
    Object.entries(now.files).flatMap(([path, { sha256 }]) => {
      const original = quarantined.exec(path)?.[1]
      return original === undefined || sha256 === undefined ? [] : [`${original} ${sha256}`]
    }),
  )
  const hashesOnS3 = new Set(onS3.map(({ sha256 }) => sha256))
  const lost = Object.entries(before.files).flatMap(([path, was]) => {
    const is = now.files[path]
    const instead = spoilt.get(path)
    if (instead !== undefined) return spoiltFile(path, was, is, instead, aside)
    if (is !== undefined) return isDeepStrictEqual(was, is) ? [] : [`file ${path}: was ${show(was)}, is ${show(is)}`]
    // Only freeing space takes a file from its place, and only aside, until what is aside is deleted.
    const freed = hashesOnS3.has(was.sha256 ?? '') && (deletesAside || aside.has(`${path} ${was.sha256 ?? ''}`))
    return freed ? [] : [`file ${path}: is gone`]
  })
  const strange = Object.keys(now.files).filter(
    (path) => before.files[path] === undefined && !/^quarantine(\/|$)/.test(path) && !unfinished.test(path),
  )
  return [...lost, ...strange.map((path) => `file ${path}: is new`)]
}

/** What was deleted comes back right or not at all; what was damaged is put aside before anything takes its place. */
function spoiltFile(
  path: string,
  was: FileFacts,
  is: FileFacts | undefined,
  instead: ReturnType<Spoilt['get']> | null,
  aside: ReadonlySet<string>,
): string[] {
  const isBack = is?.sha256 === was.sha256
  const isKept = typeof instead !== 'string' || is?.sha256 === instead || aside.has(`${path} ${instead}`)
  const isExpected = is === undefined || isBack || is.sha256 === instead
  if (!isExpected) return [`file ${path}: was fetched as ${show(is)}, not ${show(was)}`]
  return isKept ? [] : [`file ${path}: its damaged bytes were not kept`]
}

function wrongObjects({ before, moving }: CrashWorld, now: Snapshot): string[] {
  const ours = new Map(moving.map(({ key, sha256, size }) => [key, { sha256, size }]))
  const lost = Object.entries(before.objects).flatMap(([key, was]) =>
    isDeepStrictEqual(was, now.objects[key]) ? [] : [`object ${key}: was there before, is ${show(now.objects[key])}`],
  )
  const wrong = Object.entries(now.objects).flatMap(([key, is]) =>
    isDeepStrictEqual(is, before.objects[key] ?? ours.get(key)) ? [] : [`object ${key}: is ${show(is)}`],
  )
  return [...lost, ...wrong]
}

/** What is not as it was before the migration, once that was rolled back; what was put aside aside. One line each. */
export async function differencesFromBefore(world: CrashWorld): Promise<string[]> {
  const { before, spoilt, place, moving, shared } = world
  const now = await takeSnapshot(place)
  const files = Object.entries(before.files).flatMap(([path, was]) => {
    const is = now.files[path]
    // A file that was fetched has a date of its own.
    const expected = spoilt.has(path) ? { ...was, mtimeMs: is?.mtimeMs } : was
    return isDeepStrictEqual(expected, is) ? [] : [`file ${path}: was ${show(was)}, is ${show(is)}`]
  })
  const left = Object.keys(now.files).filter((path) => before.files[path] === undefined && unfinished.test(path))
  const objects = Object.keys(now.objects).filter((key) => !Object.hasOwn(before.objects, key) && !shared.has(key))
  return [
    ...checkRows(withVersionsOf(now.rows, before.rows, moving), now.rows, []),
    ...files,
    ...left.map((path) => `file ${path}: was left`),
    ...objects.map((key) => `object ${key}: was left`),
    ...(await unfinishedUploads(world)),
  ]
}

/**
 * What must hold at every instant while what an audit has found is put right, or taken back: each content is somewhere, at
 * its place or aside, and each row is there or `saved`. One line for each that is not.
 */
export async function lostInRepairs(world: CrashWorld, saved: ReadonlySet<string>): Promise<string[]> {
  const { before, place } = world
  const now = await takeSnapshot(place)
  const contents = (files: Snapshot['files'], objects: Snapshot['objects']): Set<string> =>
    new Set([...Object.values(files), ...Object.values(objects)].flatMap(({ sha256 }) => sha256 ?? []))
  const kept = contents(now.files, now.objects)
  return [
    ...[...contents(before.files, before.objects)].flatMap((hash) =>
      kept.has(hash) ? [] : [`content ${hash}: is gone`],
    ),
    ...Object.keys(before.rows.documents).flatMap((id) =>
      now.rows.documents[id] !== undefined || saved.has(id) ? [] : [`document ${id}: its row is gone`],
    ),
  ]
}

/** What is not as it was before repairs that were taken back; what was put aside aside. One line each. */
export async function differencesAfterRepairs({ before, place }: CrashWorld): Promise<string[]> {
  const now = await takeSnapshot(place)
  const facts = ({ rows, files, objects }: Snapshot): Map<string, unknown> =>
    new Map<string, unknown>([
      ...Object.entries(rows).flatMap(([table, found]) =>
        Object.entries(found).map(([id, { columns }]) => [`${table} ${id}`, columns] as const),
      ),
      ...Object.entries(files).flatMap(([path, fact]) =>
        fact.kind === 'file' && !path.startsWith('quarantine/20') ? [[`file ${path}`, fact.sha256] as const] : [],
      ),
      ...Object.entries(objects).map(([key, object]) => [`object ${key}`, object] as const),
    ])
  const [was, is] = [facts(before), facts(now)]
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((name) =>
    isDeepStrictEqual(was.get(name), is.get(name))
      ? []
      : [`${name}: was ${show(was.get(name))}, is ${show(is.get(name))}`],
  )
}

/** What is missing once all was copied and nothing was switched. One line each. */
export async function lacksCopies(world: CrashWorld): Promise<string[]> {
  const { moving, place, before } = world
  const now = await takeSnapshot(place)
  return [
    ...checkRows(withVersionsOf(now.rows, before.rows, moving), now.rows, []),
    ...moving.flatMap(({ key }) => (Object.hasOwn(now.objects, key) ? [] : [`object ${key}: is missing`])),
    ...(await unfinishedUploads(world)),
  ]
}

async function unfinishedUploads({ place }: CrashWorld): Promise<string[]> {
  const bucket = openBucket(place.s3)
  try {
    return (await bucket.unfinished()).map((key) => `object ${key}: a multipart upload was left unfinished`)
  } finally {
    bucket.close()
  }
}

const show = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value))
