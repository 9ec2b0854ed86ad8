import { asMigrateError, errorData, failureLine, MigrateError } from '../errors.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import { changeOf, type MovableItem } from '../plan/item.ts'
import type { ObjectStore, PathOutcome, RunLock } from '../ports.ts'
import type { Progress } from '../progress.ts'
import { removeObjects } from './removeObjects.ts'

export interface CommitDeps {
  lock: RunLock
  objects: Pick<ObjectStore, 'remove' | 'head'>
  runId: string
  journal: JournalBuffer
  progress: Progress
  batchSize: number
  signal: AbortSignal
  onFailed: (item: MovableItem, error: MigrateError) => void
}

/** A batch that is not full is committed after this long, so that a large file holds up nobody's rows. */
const commitAfterMs = 5_000

/**
 * Points rows at their verified copies, a batch at a time: intent, one transaction, outcome. Only items handed to
 * `add` are ever committed, and only verified items are handed over.
 */
export class Committer {
  readonly #deps: CommitDeps
  #waiting: MovableItem[] = []
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(deps: CommitDeps) {
    this.#deps = deps
  }

  /** Takes a verified item. Waits while a full batch is being committed. */
  async add(item: MovableItem): Promise<void> {
    this.#waiting.push(item)
    if (this.#waiting.length >= this.#deps.batchSize) await this.flush()
    // A failure is not lost: the next flush waits for this one and fails with it.
    else this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), commitAfterMs)
  }

  /** Forgets what waits: those rows stay as they are. */
  discard(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#waiting = []
  }

  /** Commits what waits, one transaction at a time; resolves when it is done. */
  async flush(): Promise<void> {
    const batch = this.#waiting
    this.discard()
    this.#running = this.#running.then(() => commitBatch(this.#deps, batch))
    await this.#running
  }
}

/** One transaction for the batch. When the database refuses it for one row's sake, the halves are tried, down to that row. */
async function commitBatch(deps: CommitDeps, batch: MovableItem[]): Promise<void> {
  const [first] = batch
  if (!first) return
  deps.journal.writeNow({ step: 'commit-intent', data: { seqs: batch.map((item) => item.seq) } })
  let outcomes: PathOutcome[]
  try {
    outcomes = await deps.lock.changePaths(batch.map(changeOf), deps.signal)
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    if (batch.length === 1) {
      failItems(deps, [{ item: first, error }])
      return
    }
    const middle = Math.ceil(batch.length / 2)
    await commitBatch(deps, batch.slice(0, middle))
    await commitBatch(deps, batch.slice(middle))
    return
  }
  await settle(deps, batch, outcomes)
}

interface Lost {
  item: MovableItem
  error: MigrateError
}

async function settle(deps: CommitDeps, batch: MovableItem[], outcomes: PathOutcome[]): Promise<void> {
  if (outcomes.length !== batch.length) {
    const message = `${batch.length} changes were asked for, ${outcomes.length} were answered.`
    throw new MigrateError('INTERNAL', { message, scope: 'run' })
  }
  const lost: Lost[] = []
  const committed: MovableItem[] = []
  batch.forEach((item, at) => {
    const error = lossOf(item, outcomes[at])
    if (error) lost.push({ item, error })
    else committed.push(item)
  })
  deps.journal.writeNow(...committed.map(({ seq }) => ({ step: 'committed' as const, seq, data: {} })))
  deps.progress.outcomes({ committed: committed.length })
  if (lost.length === 0) return
  failItems(deps, lost)
  const items = lost.map(({ item }) => item)
  await removeObjects(deps, items)
}

/** Null when the row points at the copy now. */
function lossOf(item: MovableItem, outcome: PathOutcome | undefined): MigrateError | null {
  switch (outcome?.result) {
    case 'changed':
    case 'already':
      return null
    case 'differs':
      return new MigrateError('ROW_CHANGED', {
        message: `The row holds “${outcome.current ?? 'nothing'}” now, not “${item.oldPath}”.`,
        subject: item.documentId,
      })
    case 'gone':
    case undefined:
      return new MigrateError('ROW_VANISHED', { message: 'The row is not there any more.', subject: item.documentId })
  }
}

function failItems(deps: CommitDeps, lost: Lost[]): void {
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
    deps.onFailed(item, error)
  }
}
