import pLimit from 'p-limit'
import { asMigrateError, MigrateError } from '../errors.ts'
import type { ChangeOutcome, PathChange, PathOutcome, RunLock } from '../ports.ts'

/** What the database did with one change, or why it refused to. */
interface RowAnswer<T> {
  element: T
  answer: PathOutcome | MigrateError
}

interface ChangeDeps<T> {
  lock: Pick<RunLock, 'changePaths' | 'epoch'>
  changeOf: (element: T) => PathChange
  /** Writes down that these rows are about to change; durable when it returns. */
  intend: (elements: readonly T[]) => void
  /** Proves once more what the change rests on, after the lock was lost for a while; null when it still holds. */
  doubt: (element: T) => Promise<MigrateError | null>
  signal: AbortSignal
}

/** A connection that breaks this often in one transaction will not hold for the next either. */
const mostRenewals = 10
/** Rows that others hold are tried this often, together; the database waits some seconds for them each time. */
const triesForLocks = 3
/** A proof asks files or objects, which may be far away. */
export const doubtsAtOnce = 16

/** How often something has stood in the way of these elements. */
interface Hindered {
  renewals: number
  locked: number
}

/**
 * One transaction for all. When the database refuses it for one row's sake, the halves are tried, down to that row; rows
 * that others hold are left out and tried again. Answers come as each transaction ends. Throws what concerns more than
 * one row.
 */
export async function* changeRows<T>(
  deps: ChangeDeps<T>,
  elements: readonly T[],
  hindered: Hindered = { renewals: 0, locked: 0 },
): AsyncGenerator<RowAnswer<T>[]> {
  const [first] = elements
  if (first === undefined) return
  deps.intend(elements)
  const { epoch } = deps.lock
  let outcomes: ChangeOutcome[]
  try {
    outcomes = await deps.lock.changePaths(elements.map(deps.changeOf), epoch, deps.signal)
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.code === 'LOCK_RENEWED') {
      if (hindered.renewals >= mostRenewals) throw error
      yield* afterRenewal(deps, elements, { ...hindered, renewals: hindered.renewals + 1 })
      return
    }
    if (error.scope === 'run') throw error
    if (elements.length === 1) {
      yield [{ element: first, answer: error }]
      return
    }
    const middle = Math.ceil(elements.length / 2)
    yield* changeRows(deps, elements.slice(0, middle), hindered)
    yield* changeRows(deps, elements.slice(middle), hindered)
    return
  }
  if (outcomes.length !== elements.length) {
    const message = `${elements.length} changes were asked for, ${outcomes.length} were answered.`
    throw new MigrateError('INTERNAL', { message, scope: 'run' })
  }
  const answers: RowAnswer<T>[] = []
  const locked: T[] = []
  for (const [at, element] of elements.entries()) {
    const answer = outcomes[at]
    if (answer?.result === 'locked') locked.push(element)
    else if (answer) answers.push({ element, answer })
  }
  if (answers.length > 0) yield answers
  yield* afterLocks(deps, locked, { ...hindered, locked: hindered.locked + 1 })
}

/** Their rows are waited for all at the same time, not one after the other. */
async function* afterLocks<T>(
  deps: ChangeDeps<T>,
  elements: readonly T[],
  hindered: Hindered,
): AsyncGenerator<RowAnswer<T>[]> {
  if (hindered.locked < triesForLocks) {
    yield* changeRows(deps, elements, hindered)
    return
  }
  const message = 'Another session still holds the row.'
  const refused = elements.map((element) => {
    const answer = new MigrateError('ROW_LOCKED', { message, subject: deps.changeOf(element).id })
    return { element, answer }
  })
  if (refused.length > 0) yield refused
}

/** Somebody else may have worked here while the lock was lost: only what still holds is asked for again. */
async function* afterRenewal<T>(
  deps: ChangeDeps<T>,
  elements: readonly T[],
  hindered: Hindered,
): AsyncGenerator<RowAnswer<T>[]> {
  const limit = pLimit(doubtsAtOnce)
  const doubts = await Promise.all(elements.map((element) => limit(() => deps.doubt(element))))
  const lost = elements.flatMap((element, at) => {
    const answer = doubts[at]
    return answer ? [{ element, answer }] : []
  })
  if (lost.length > 0) yield lost
  yield* changeRows(
    deps,
    elements.filter((_, at) => !doubts[at]),
    hindered,
  )
}
