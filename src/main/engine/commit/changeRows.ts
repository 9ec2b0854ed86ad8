import { asMigrateError, MigrateError } from '../errors.ts'
import type { PathChange, PathOutcome, RunLock } from '../ports.ts'

/** What the database did with one change, or why it refused to. */
export interface RowAnswer<T> {
  element: T
  answer: PathOutcome | MigrateError
}

export interface ChangeDeps<T> {
  lock: Pick<RunLock, 'changePaths'>
  changeOf: (element: T) => PathChange
  /** Writes down that these rows are about to change; durable when it returns. */
  intend: (elements: readonly T[]) => void
  signal: AbortSignal
}

/**
 * One transaction for all. When the database refuses it for one row's sake, the halves are tried, down to that row.
 * Answers come as each transaction ends. Throws what concerns more than one row.
 */
export async function* changeRows<T>(deps: ChangeDeps<T>, elements: readonly T[]): AsyncGenerator<RowAnswer<T>[]> {
  const [first] = elements
  if (first === undefined) return
  deps.intend(elements)
  let outcomes: PathOutcome[]
  try {
    outcomes = await deps.lock.changePaths(elements.map(deps.changeOf), deps.signal)
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    if (elements.length === 1) {
      yield [{ element: first, answer: error }]
      return
    }
    const middle = Math.ceil(elements.length / 2)
    yield* changeRows(deps, elements.slice(0, middle))
    yield* changeRows(deps, elements.slice(middle))
    return
  }
  if (outcomes.length !== elements.length) {
    const message = `${elements.length} changes were asked for, ${outcomes.length} were answered.`
    throw new MigrateError('INTERNAL', { message, scope: 'run' })
  }
  yield elements.flatMap((element, at) => {
    const answer = outcomes[at]
    return answer ? [{ element, answer }] : []
  })
}
