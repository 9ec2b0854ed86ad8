import pLimit from 'p-limit'
import { errorCatalogue, type ErrorCode } from '../../../shared/errors.ts'
import type { CheckLevel, Drift, DriftGroup, Repair, StateCheck } from '../../../shared/run.ts'
import { asMigrateError } from '../errors.ts'
import { damagedItems } from '../journal/damage.ts'
import type { Standing } from '../journal/itemRows.ts'
import { itemsPerhapsCommitted } from '../journal/openSteps.ts'
import { refusalToResume } from '../journal/resumable.ts'
import type { RunStore } from '../journal/runStore.ts'
import { pathIn, type MovableItem } from '../plan/item.ts'
import { pathOfKey } from '../keys/readurKeys.ts'
import type { Clock, DocumentRow, ObjectFacts, ObjectStore, ReadurDatabase, UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'
import { lookAtLocal } from '../rollback/localFile.ts'
import { fingerprintOf } from '../transfer/fingerprint.ts'
import { provenanceOf, runOf } from '../transfer/metadata.ts'
import { isImage } from '../verify/hashRule.ts'
import { localPlace } from './localPlace.ts'

const lookups = 16
const examplesPerGroup = 5

interface CheckDeps {
  store: RunStore
  database: Pick<ReadurDatabase, 'documentsById'>
  uploads: Pick<UploadsFolder, 'inspect' | 'open'>
  objects: Pick<ObjectStore, 'head' | 'get'>
  progress: Progress
  clock: Clock
  signal: AbortSignal
}

interface CheckOptions {
  level: CheckLevel
  /** Only so many items, chosen at random. */
  sample?: number | undefined
}

/**
 * Compares what a run says with rows, bucket and disk. Changes nothing. `onDrift` gets every difference, the result
 * counts them.
 */
export async function verifyState(
  deps: CheckDeps,
  options: CheckOptions,
  onDrift: (drift: Drift) => void = () => undefined,
): Promise<StateCheck> {
  const { store, clock, signal } = deps
  const startedAt = clock.now()
  const groups = new Map<string, DriftGroup>()
  const known: Known = {
    perhapsCommitted: itemsPerhapsCommitted(store.query),
    canResume: refusalToResume(store) === null,
  }
  const chosen = options.sample === undefined ? null : sampleOf(store, options.sample)
  let checked = 0
  let sound = 0
  const limit = pLimit(lookups)
  for (const page of store.standings()) {
    const standings = chosen ? page.filter(({ item }) => chosen.has(item.seq)) : page
    if (standings.length === 0) continue
    const ids = [...new Set(standings.map(({ item }) => item.documentId))]
    const rows = new Map((await deps.database.documentsById(ids, signal)).map((row) => [row.id, row]))
    const found = await Promise.all(
      standings.map((standing) =>
        limit(() => {
          signal.throwIfAborted()
          return driftOf(deps, options.level, known, standing, rows.get(standing.item.documentId))
        }),
      ),
    )
    for (const drift of found) {
      checked += 1
      if (drift.every(({ note }) => note)) sound += 1
      for (const one of drift) {
        add(groups, one)
        onDrift(one)
      }
    }
    for (const { item } of standings) deps.progress.fileEnded(item.seq, 'verified', 0)
  }
  for (const { seq, documentId, filename, oldPath, message } of damagedItems(store)) {
    if (chosen && !chosen.has(seq)) continue
    const path = oldPath
    const drift: Drift = {
      ...{ code: 'RECORD_DAMAGED', repair: 'none', note: false },
      ...{ documentId, filename, path, message: message ?? '' },
    }
    checked += 1
    add(groups, drift)
    onDrift(drift)
  }
  return {
    runId: store.header.id,
    level: options.level,
    checked,
    of: store.last('planned')?.totals.move ?? checked,
    sound,
    seconds: Math.round((clock.now() - startedAt) / 100) / 10,
    drift: [...groups.values()],
  }
}

const sampleOf = ({ query }: RunStore, size: number): Set<number> =>
  new Set(query.numbers(`SELECT seq FROM item WHERE verdict = 'move' ORDER BY random() LIMIT ?`, size))

function add(groups: Map<string, DriftGroup>, { code, repair, note, ...example }: Drift): void {
  const name = `${code} ${repair}`
  const group = groups.get(name) ?? { code, title: errorCatalogue[code].title, repair, note, count: 0, examples: [] }
  group.count += 1
  if (group.examples.length < examplesPerGroup) group.examples.push(example)
  groups.set(name, group)
}

/** What the run as a whole says of its items: it decides which remedy would be taken. */
interface Known {
  perhapsCommitted: ReadonlySet<number>
  /** What it left open is done with when it is resumed. */
  canResume: boolean
}

async function driftOf(
  deps: CheckDeps,
  level: CheckLevel,
  { perhapsCommitted, canResume }: Known,
  { item, outcome, verified }: Standing,
  row: DocumentRow | undefined,
): Promise<Drift[]> {
  const drift = (code: ErrorCode, repair: Repair, message: string, note = false): Drift => ({
    code,
    repair,
    note,
    documentId: item.documentId,
    filename: item.filename,
    path: item.oldPath,
    message,
  })
  const path = pathIn(row, item)
  if (outcome === 'gone' && path === null) return []
  const wasUndone = isUndone(outcome)
  const isCommitted = outcome === 'committed' || outcome === 'restore-failed'
  const facts = await deps.objects.head(item.key, deps.signal)

  if (path === null) {
    const found = isCommitted ? [drift('ROW_VANISHED', 'mark-gone', 'The document was deleted since.')] : []
    if (!isOurs(deps, facts, verified)) return found
    // First, since a rollback passes over what is written down as gone.
    return (await mayBeLastCopy(deps, item))
      ? [drift('OBJECT_UNNEEDED', 'none', `“${item.key}” is in the bucket, and may be the last copy.`), ...found]
      : [drift('OBJECT_UNNEEDED', 'rollback', `“${item.key}” is in the bucket.`), ...found]
  }
  if (path === pathOfKey(item.key)) {
    const standing = { item, outcome, verified }
    if (isCommitted) return await driftOnS3(deps, level, standing, facts, drift)
    if (wasUndone && facts === null) {
      const found = drift('ROW_UNRECORDED', 'rollback', `The row holds “${path}”, as before it was rolled back.`)
      return [found, ...(await driftOnS3(deps, level, standing, facts, drift))]
    }
    if (!perhapsCommitted.has(item.seq)) {
      return [drift('ROW_TAKEN', 'none', `The row holds “${path}”, and not by this run.`, true)]
    }
    // What is amiss with the object is put right once the row is recorded.
    const remedy = canResume && outcome === null ? 'resume' : 'rollback'
    return [
      drift('ROW_UNRECORDED', remedy, `The row holds “${path}”.`),
      ...(await driftOnS3(deps, level, standing, facts, (code, _, message, note) =>
        drift(code, remedy, message, note),
      )),
    ]
  }
  if (path !== item.oldPath) return [drift('ROW_CHANGED', 'none', `The row holds “${path}” now.`)]
  const onDisk = await driftOnDisk(deps, level, canResume, { item, outcome, verified }, facts, drift)
  if (!isCommitted) return onDisk
  // Without its file it cannot be migrated: what brings that back comes first.
  const amiss = onDisk.find(({ code }) => code === 'FILE_MISSING' || code === 'HASH_MISMATCH')
  return [drift('ROW_LOCAL', amiss?.repair ?? 'migrate', `The row holds “${path}”.`), ...onDisk]
}

/** `free` has taken the local file away and it is nowhere: the document's row is gone, or younger than the database. */
async function mayBeLastCopy({ store, uploads }: CheckDeps, item: MovableItem): Promise<boolean> {
  if (store.last('local-freed', item.seq) === null) return false
  return (await uploads.inspect(await localPlace(store, uploads, item))).kind !== 'file'
}

/** The row names a local file that is gone, and a rollback brings it back: from the quarantine, or from the object. */
async function canComeBack(
  { store, uploads }: CheckDeps,
  { item, verified }: Standing,
  facts: ObjectFacts | null,
): Promise<boolean> {
  if ((await uploads.inspect(item.source)).kind !== 'absent') return false
  const freedTo = store.last('local-freed', item.seq)?.to ?? null
  const isAside = freedTo !== null && (await uploads.inspect(freedTo)).kind === 'file'
  return isAside || (facts !== null && (verified !== null || runOf(facts) === store.header.id))
}

/** A rollback, or what users did, has ended the matter; an older database that was restored since may open it again. */
const isUndone = (outcome: string | null): boolean => outcome === 'restored' || outcome === 'gone'

type Tell = (code: ErrorCode, repair: Repair, message: string, note?: boolean) => Drift

/** The row points at the object: that is what counts. The local file matters for the way back only. */
async function driftOnS3(
  deps: CheckDeps,
  level: CheckLevel,
  standing: Standing,
  facts: ObjectFacts | null,
  drift: Tell,
): Promise<Drift[]> {
  const { item } = standing
  const local = await localDoubt(deps, level, standing, await localPlace(deps.store, deps.uploads, item))
  const found: Drift[] = []
  if (facts === null) {
    // A rollback puts the row back to the file; what was undone before is not sent again.
    const repair = isUndone(standing.outcome) ? 'rollback' : 're-upload'
    found.push(drift('OBJECT_MISSING', local ? 'none' : repair, `There is no object “${item.key}”.`))
  } else {
    const doubt = await objectDoubt(deps, level, standing, facts)
    if (doubt !== null) found.push(drift('OBJECT_DIFFERS', local ? 'none' : 'rollback', doubt))
  }
  if (local?.absent === true) found.push(drift('LOCAL_GONE', 'none', local.doubt, true))
  else if (local) found.push(drift('SOURCE_CHANGED', 'none', local.doubt, true))
  return found
}

/** The row points at the local file: that is what counts. An object that is there all the same is only in the way. */
async function driftOnDisk(
  deps: CheckDeps,
  level: CheckLevel,
  canResume: boolean,
  standing: Standing,
  facts: ObjectFacts | null,
  drift: Tell,
): Promise<Drift[]> {
  const { item, outcome, verified } = standing
  const found: Drift[] = []
  const local = await localDoubt(deps, level, standing, item.source)
  if (local) {
    // A rollback puts the bytes of the object in place before it removes that.
    const repair = (await canComeBack(deps, standing, facts)) ? 'rollback' : 'none'
    found.push(drift(local.absent ? 'FILE_MISSING' : 'HASH_MISMATCH', repair, local.doubt))
  }
  // Before its row is switched, a run's own copy is where it should be.
  const isExpected = outcome === null && verified !== null
  if (isExpected && facts === null) {
    found.push(drift('OBJECT_MISSING', canResume ? 'resume' : 'migrate', `There is no object “${item.key}”.`))
  }
  // The object of a row that somebody put back is used when that is migrated again.
  if ((outcome === 'failed' || outcome === 'restored') && isOurs(deps, facts, verified)) {
    found.push(drift('OBJECT_UNNEEDED', 'rollback', `“${item.key}” is in the bucket.`, true))
  }
  return found
}

const isOurs = ({ store }: CheckDeps, facts: ObjectFacts | null, verified: Standing['verified']): boolean =>
  facts !== null && runOf(facts) === (verified?.madeBy ?? store.header.id)

/** Null when the object is what was verified, as far as the level asks. */
async function objectDoubt(
  { objects, signal }: CheckDeps,
  level: CheckLevel,
  { item, verified }: Standing,
  facts: ObjectFacts,
): Promise<string | null> {
  const { key } = item
  const size = sizeOf(item, verified)
  if (size !== null && facts.size !== size) return `“${key}” has ${facts.size} bytes; ${size} were copied.`
  if (level === 'exists') return null
  if (level === 'checksum') {
    if (verified === null) return null
    const { sha256 } = provenanceOf(facts)
    const isMd5 = facts.etag !== null && [verified.md5, verified.compositeEtag].includes(facts.etag)
    return isMd5 || sha256 === verified.sha256 ? null : `“${key}” carries neither the ETag nor the SHA-256 of the copy.`
  }
  const expected = verified?.sha256 ?? (isImage(item.mimeType) ? null : (item.fileHash?.toLowerCase() ?? null))
  const read = await fingerprintOf(objects.get(key, signal), facts.size)
  return expected === null || read.sha256 === expected ? null : `“${key}” gives bytes with another SHA-256.`
}

/** A record of another tool does not know every size; 0 stands for that. */
const sizeOf = (item: MovableItem, verified: Standing['verified']): number | null =>
  (verified?.size ?? item.size) === 0 ? null : (verified?.size ?? item.size)

async function localDoubt(
  deps: CheckDeps,
  level: CheckLevel,
  { item, verified }: Standing,
  place: string,
): Promise<{ absent: boolean; doubt: string } | null> {
  if (level === 'exists' || verified === null) {
    const facts = await deps.uploads.inspect(place)
    if (facts.kind === 'file') {
      const size = sizeOf(item, verified)
      return size === null || facts.stamp.size === size
        ? null
        : { absent: false, doubt: `“${place}” has ${facts.stamp.size} bytes; the document has ${size}.` }
    }
    return { absent: facts.kind === 'absent', doubt: `“${place}” is ${facts.kind}.` }
  }
  try {
    const copy = { item, verified, committed: true, freedTo: null }
    const local = await lookAtLocal(deps, copy, place)
    return local.state === 'sound' ? null : { absent: local.state === 'absent', doubt: local.doubt }
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    return { absent: false, doubt: error.message }
  }
}
