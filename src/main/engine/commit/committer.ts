import pLimit from 'p-limit'
import { asMigrateError, errorData, failureLine, MigrateError } from '../errors.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import { madeByOthers } from '../journal/madeByOthers.ts'
import { changeOf, undoOf, type MovableItem } from '../plan/item.ts'
import type { RunStore } from '../journal/runStore.ts'
import { savePaths } from '../journal/snapshot.ts'
import type { Fence } from '../ownership/fence.ts'
import type { ObjectStore, PathOutcome, ReadurDatabase, RunLock, UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'
import { changeRows, doubtsAtOnce } from './changeRows.ts'
import { pathOfKey } from '../keys/readurKeys.ts'
import { reuseCopy } from '../transfer/copyItem.ts'
import { removeObjects } from './removeObjects.ts'

interface CommitDeps {
  lock: RunLock
  database: Pick<ReadurDatabase, 'documentsById'>
  fence: Pick<Fence, 'forObjects' | 'assertStillOwner'>
  objects: Pick<ObjectStore, 'remove' | 'head' | 'get'>
  uploads: Pick<UploadsFolder, 'inspect'>
  store: Pick<RunStore, 'header' | 'isKeyNeeded' | 'last' | 'savePaths'>
  journal: JournalBuffer
  progress: Progress
  batchSize: number
  /** Looks at the first document whose row was switched, as a user does; what is wrong stops the run. Null: nobody can. */
  tryOut: ((item: MovableItem) => Promise<MigrateError | null>) | null
  signal: AbortSignal
  onFailed: (item: MovableItem, error: MigrateError) => void
  /** Nothing can be committed any more; copying on would be for nothing. */
  onBroken: () => void
}

/** A batch that is not full is committed after this long, so that a large file holds up nobody's rows. */
const commitAfterMs = 5_000

/**
 * Points rows at their verified copies, a batch at a time: the paths as they are, intent, one transaction, outcome. Only items handed to
 * `add` are ever committed, and only verified items are handed over.
 */
export class Committer {
  readonly #deps: CommitDeps
  #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()
  #failure: MigrateError | null = null
  #isTried = false

  constructor(deps: CommitDeps) {
    this.#deps = deps
  }

  /** Takes a verified item. Waits while a full batch is being committed; throws what an earlier commit failed with. */
  async add(item: MovableItem): Promise<void> {
    if (this.#failure) throw this.#failure
    this.#waiting.push({ item, epoch: this.#deps.lock.epoch })
    if (this.#waiting.length >= this.#deps.batchSize) await this.flush()
    else this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), commitAfterMs)
  }

  /** Commits what waits, one transaction at a time; resolves when it is done. */
  async flush(): Promise<void> {
    const batch = this.#takeWaiting()
    this.#running = this.#running.then(() => this.#commit(batch)).catch((error: unknown) => this.#fail(error))
    await this.#running
  }

  /**
   * Tries the document that an earlier session has switched last: one that was killed between switching the first document
   * and trying it has left that on S3, served or not. What is wrong with it stops the run, as with the first of a session.
   */
  async tryLast(item: MovableItem): Promise<void> {
    const { tryOut, lock, signal } = this.#deps
    const [now] = await lock.look([changeOf(item)], signal)
    // Users may have changed or deleted it since.
    if (tryOut === null || now?.result !== 'already') return
    this.#isTried = true
    await tried(this.#deps, tryOut, item)
  }

  /** Forgets what waits: those rows stay as they are. Resolves when no transaction is under way any more. */
  async close(): Promise<void> {
    this.#takeWaiting()
    await this.#running.catch(() => undefined)
  }

  /**
   * The first document of the plan goes alone, and is looked at before any other row is switched. Copies may be verified in
   * another order; the plan begins with those that Readur finds only while it stores locally.
   */
  async #commit(batch: Waiting[]): Promise<void> {
    const { tryOut } = this.#deps
    const [first] = this.#isTried ? [] : batch.filter(({ item }) => item.kind === 'document').sort(inOrder)
    if (tryOut === null || !first) {
      await commitBatch(this.#deps, batch)
      return
    }
    const { item } = first
    if ((await commitBatch(this.#deps, [first])) > 0) {
      this.#isTried = true
      await tried(this.#deps, tryOut, item)
    }
    await this.#commit(batch.filter((one) => one !== first))
  }

  #takeWaiting(): Waiting[] {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const batch = this.#waiting
    this.#waiting = []
    return batch
  }

  /** Whoever commits in the background has nobody to throw at: the run is told at once. */
  #fail(error: unknown): never {
    this.#failure ??= asMigrateError(error)
    this.#deps.onBroken()
    throw this.#failure
  }
}

const inOrder = (a: Waiting, b: Waiting): number => a.item.seq - b.item.seq

/** Throws what is wrong with a document that was switched, once its row is back. */
async function tried(deps: CommitDeps, tryOut: NonNullable<CommitDeps['tryOut']>, item: MovableItem): Promise<void> {
  const error = await tryOut(item)
  if (error === null) return
  await switchBack(deps, item)
  throw error
}

/** An item whose copy was verified, and under which lock. */
interface Waiting {
  item: MovableItem
  epoch: number
}

/**
 * Leaves out the items whose file is another after its copy was verified, and those whose copy is gone since the lock
 * was lost for a while; commits the others. Returns how many rows point at their copies now.
 */
async function commitBatch(deps: CommitDeps, waiting: Waiting[]): Promise<number> {
  const limit = pLimit(doubtsAtOnce)
  const doubts = await Promise.all(
    waiting.map(({ item, epoch }) =>
      epoch === deps.lock.epoch ? Promise.resolve(null) : limit(() => doubtAbout(deps, item)),
    ),
  )
  const batch: MovableItem[] = []
  for (const [at, { item }] of waiting.entries()) {
    const error = doubts[at]
    if (error) failItems(deps, [{ item, error }])
    else batch.push(item)
  }
  const changed: Lost[] = []
  const sound: MovableItem[] = []
  await Promise.all(
    batch.map(async (item) => {
      const error = await changeOfFile(deps, item)
      if (error) changed.push({ item, error })
      else sound.push(item)
    }),
  )
  const committed = await commitRows(
    deps,
    sound.sort((a, b) => a.seq - b.seq),
  )
  if (changed.length === 0) return committed
  failItems(deps, changed)
  await removeCopies(
    deps,
    changed.map(({ item }) => item),
  )
  return committed
}

const isAsCopied = (stamp: { size: number; mtimeMs: number }, { size, mtimeMs }: MovableItem): boolean =>
  stamp.size === size && stamp.mtimeMs === mtimeMs

/** What has become of the local file since its copy was verified; null when it is as it was. */
async function changeOfFile({ uploads }: CommitDeps, item: MovableItem): Promise<MigrateError | null> {
  const subject = item.source
  const facts = await uploads.inspect(subject)
  switch (facts.kind) {
    case 'file': {
      if (isAsCopied(facts.stamp, item)) return null
      return new MigrateError('SOURCE_CHANGED', { message: 'It was written to after its copy was verified.', subject })
    }
    // A file that is gone takes nothing from its copy: the document was deleted, and the row will say so, or it moved.
    case 'absent':
      return null
    case 'unreadable': {
      const message = `Since its copy was verified, “${subject}” cannot be read any more: ${facts.reason}.`
      return new MigrateError('FILE_UNREADABLE', { message, subject })
    }
    case 'special': {
      const message = `Since its copy was verified, a ${facts.what} has taken the place of “${subject}”.`
      return new MigrateError('FILE_NOT_REGULAR', { message, subject })
    }
    case 'outside': {
      const message = `Since its copy was verified, “${subject}” leads out of the uploads folder: it ${facts.reason}.`
      return new MigrateError('PATH_OUTSIDE', { message, subject })
    }
  }
}

interface Lost {
  item: MovableItem
  error: MigrateError
}

async function commitRows(deps: CommitDeps, batch: MovableItem[]): Promise<number> {
  const { lock, database, store, journal, progress, signal } = deps
  let done = 0
  if (batch.length === 0) return done
  await savePaths(
    store,
    database,
    batch.map((item) => item.documentId),
    signal,
  )
  const intend = (items: readonly MovableItem[]): void =>
    journal.writeNow({ step: 'commit-intent', data: { seqs: items.map((item) => item.seq) } })
  const doubt = (item: MovableItem): Promise<MigrateError | null> => doubtAbout(deps, item)
  for await (const answers of changeRows({ lock, changeOf, intend, doubt, signal }, batch)) {
    const lost: Lost[] = []
    const committed: MovableItem[] = []
    for (const { element: item, answer } of answers) {
      const error = lossOf(item, answer)
      if (error) lost.push({ item, error })
      else committed.push(item)
    }
    journal.writeNow(...committed.map(({ seq }) => ({ step: 'committed' as const, seq, data: {} })))
    progress.outcomes({ committed: committed.length })
    done += committed.length
    failItems(deps, lost)
    // A row that the database refused may be right the next time: its copy stays.
    await removeCopies(
      deps,
      lost.filter(({ error }) => madeByOthers.has(error.code)).map(({ item }) => item),
    )
  }
  return done
}

/** Also when the run is stopped: it is one short transaction. */
const switchBackMs = 30_000

/**
 * The row of a document that users do not get points at its local file again, if that is as it was copied. The item did not
 * fail: its copy is whole and waits for the next cutover. If this session does not live to see the row change, the next one
 * looks at it.
 */
async function switchBack({ lock, journal, progress, uploads }: CommitDeps, item: MovableItem): Promise<void> {
  const file = await uploads.inspect(item.source)
  if (file.kind !== 'file' || !isAsCopied(file.stamp, item)) {
    const message = `“${item.filename}” is still on S3: its local file is not there any more as it was copied.`
    progress.log('warning', message)
    return
  }
  const intend = (): void => journal.writeNow({ step: 'uncommit-intent', seq: item.seq, data: {} })
  const doubt = (): Promise<null> => Promise.resolve(null)
  const signal = AbortSignal.timeout(switchBackMs)
  for await (const answers of changeRows({ lock, changeOf: undoOf, intend, doubt, signal }, [item])) {
    for (const { answer } of answers) {
      if (answer instanceof MigrateError || answer.result === 'differs') {
        const why = answer instanceof MigrateError ? answer.message : 'The row was changed meanwhile.'
        progress.log('warning', `“${item.filename}” is still on S3. ${why}`)
        journal.writeNow({ step: 'committed', seq: item.seq, data: {} })
        return
      }
    }
  }
  progress.outcomes({ committed: -1 })
  progress.log('warning', `“${item.filename}” was switched first, to try it; it loads from its local file again.`)
}

/** Why the row must not point at the copy after all; null when it is still there, whole. */
async function doubtAbout(
  { objects, store, fence, signal }: CommitDeps,
  item: MovableItem,
): Promise<MigrateError | null> {
  const verified = store.last('verified', item.seq)
  await fence.assertStillOwner(signal)
  try {
    const isWhole =
      verified !== null && (await reuseCopy({ objects, options: { verify: 'head' }, signal }, item, verified))
    if (isWhole) return null
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    return error
  }
  const message = 'The copy is not there any more: somebody else has worked on this database meanwhile.'
  return new MigrateError('VERIFY_FAILED', { message, subject: item.key })
}

/** Null when the row points at the copy now. */
function lossOf(item: MovableItem, answer: PathOutcome | MigrateError): MigrateError | null {
  if (answer instanceof MigrateError) return answer
  switch (answer.result) {
    case 'changed':
      return null
    case 'already':
      // Another run was here. What it did is its own to undo.
      return new MigrateError('ROW_TAKEN', {
        message: `The row holds “${pathOfKey(item.key)}” already.`,
        subject: item.documentId,
      })
    case 'differs':
      return new MigrateError('ROW_CHANGED', {
        message: `The row holds “${answer.current ?? 'nothing'}” now, not “${item.oldPath}”.`,
        subject: item.documentId,
      })
    case 'gone':
      return new MigrateError('ROW_VANISHED', { message: 'The row is not there any more.', subject: item.documentId })
  }
}

/** Removes copies that no row will point at, where this program made them. */
async function removeCopies(deps: CommitDeps, items: readonly MovableItem[]): Promise<void> {
  const { store } = deps
  await removeObjects(
    deps,
    items.map((item) => ({ item, verified: store.last('verified', item.seq), isClaimed: false, local: null })),
  )
}

function failItems(deps: CommitDeps, lost: Lost[]): void {
  if (lost.length === 0) return
  deps.journal.writeNow(
    ...lost.map(({ item, error }) => ({
      step: 'failed' as const,
      seq: item.seq,
      code: error.code,
      data: errorData(error),
    })),
  )
  deps.progress.outcomes({ failed: lost.length })
  for (const { item, error } of lost) {
    deps.progress.log('error', failureLine(item.filename, error))
    if (!madeByOthers.has(error.code)) deps.onFailed(item, error)
  }
}
