import { asMigrateError, MigrateError } from '../errors.ts'
import type { PathChange, PathOutcome, RunLock } from '../ports.ts'

/** What the database did with one change, or why it refused to. */
export interface RowAnswer<T> {
  element: T
  answer: PathOutcome | MigrateError
  /** It was asked for before, and that answer was lost: `already` means that it was we. */
  again: boolean
}

export interface ChangeDeps<T> {
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

/**
 * One transaction for all. When the database refuses it for one row's sake, the halves are tried, down to that row.
 * Answers come as each transaction ends. Throws what concerns more than one row.
 */
export async function* changeRows<T>(
  deps: ChangeDeps<T>,
  elements: readonly T[],
  renewals = 0,
): AsyncGenerator<RowAnswer<T>[]> {
  const [first] = elements
  if (first === undefined) return
  deps.intend(elements)
  const { epoch } = deps.lock
  const again = renewals > 0
  let outcomes: PathOutcome[]
  try {
    outcomes = await deps.lock.changePaths(elements.map(deps.changeOf), epoch, deps.signal)
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.code === 'LOCK_RENEWED') {
      if (renewals >= mostRenewals) throw error
      yield* afterRenewal(deps, elements, renewals + 1)
      return
    }
    if (error.scope === 'run') throw error
    if (elements.length === 1) {
      yield [{ element: first, answer: error, again }]
      return
    }
    const middle = Math.ceil(elements.length / 2)
    yield* changeRows(deps, elements.slice(0, middle), renewals)
    yield* changeRows(deps, elements.slice(middle), renewals)
    return
  }
  if (outcomes.length !== elements.length) {
    const message = `${elements.length} changes were asked for, ${outcomes.length} were answered.`
    throw new MigrateError('INTERNAL', { message, scope: 'run' })
  }
  yield elements.flatMap((element, at) => {
    const answer = outcomes[at]
    return answer ? [{ element, answer, again }] : []
  })
}

/** Somebody else may have worked here while the lock was lost: only what still holds is asked for again. */
async function* afterRenewal<T>(
  deps: ChangeDeps<T>,
  elements: readonly T[],
  renewals: number,
): AsyncGenerator<RowAnswer<T>[]> {
  const sound: T[] = []
  const lost: RowAnswer<T>[] = []
  for (const element of elements) {
    const answer = await deps.doubt(element)
    if (answer) lost.push({ element, answer, again: true })
    else sound.push(element)
  }
  if (lost.length > 0) yield lost
  yield* changeRows(deps, sound, renewals)
}
