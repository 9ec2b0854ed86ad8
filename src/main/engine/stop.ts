import { setMaxListeners } from 'node:events'
import { MigrateError } from './errors.ts'
import type { StopMode } from '../../shared/run.ts'

/** How a run is asked to end early. `inOrder` lets what is under way finish; `now` ends it at once. Both resumable. */
export interface StopSignals {
  readonly inOrder: AbortSignal
  readonly now: AbortSignal
}

/** The other end of StopSignals. */
export class StopControl implements StopSignals {
  readonly #inOrder = new AbortController()
  readonly #now = new AbortController()
  readonly inOrder = this.#inOrder.signal
  readonly now = this.#now.signal

  constructor() {
    // Every request under way listens to them; Node would print a warning about so many.
    setMaxListeners(0, this.inOrder, this.now)
  }

  /** How far the wish to stop goes; null while there is none. */
  get mode(): StopMode | null {
    if (this.now.aborted) return 'now'
    return this.inOrder.aborted ? 'in order' : null
  }

  request(mode: StopMode): void {
    const reason = new MigrateError('INTERRUPTED', { message: 'The run was stopped.' })
    this.#inOrder.abort(reason)
    if (mode === 'now') this.#now.abort(reason)
  }
}
