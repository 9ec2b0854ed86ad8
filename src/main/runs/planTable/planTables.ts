import type { Worker } from 'node:worker_threads'
import type { ErrorData } from '../../../shared/errors.ts'
import type { PlanFacets, PlanItem, PlanList, PlanRows } from '../../../shared/planTable.ts'
import { MigrateError } from '../../engine/errors.ts'

/** What is asked of the thread that reads plans. */
export interface PlanTableRequest {
  id: number
  /** The run store. */
  path: string
  ask:
    { what: 'rows'; list: PlanList; from: number; limit: number } | { what: 'item'; seq: number } | { what: 'facets' }
}

export interface PlanTableReply {
  id: number
  value?: unknown
  error?: ErrorData
}

type Thread = Pick<Worker, 'on' | 'postMessage'>

interface Waiting {
  resolve: (value: never) => void
  reject: (error: MigrateError) => void
}

/**
 * The plans of runs as lists, read by threads that are started with the first question. Counting has one of its own: it
 * takes seconds, and lines are wanted at once.
 */
export class PlanTables {
  readonly #begin: () => Thread
  readonly #pathOf: (runId: string) => string
  readonly #waiting = new Map<number, Waiting>()
  readonly #threads = new Map<'lines' | 'counts', Thread>()
  #asked = 0

  constructor(begin: () => Thread, pathOf: (runId: string) => string) {
    this.#begin = begin
    this.#pathOf = pathOf
  }

  rows(runId: string, list: PlanList, from: number, limit: number): Promise<PlanRows> {
    return this.#ask<PlanRows>(runId, { what: 'rows', list, from, limit })
  }

  item(runId: string, seq: number): Promise<PlanItem> {
    return this.#ask<PlanItem>(runId, { what: 'item', seq })
  }

  facets(runId: string): Promise<PlanFacets> {
    return this.#ask<PlanFacets>(runId, { what: 'facets' })
  }

  #ask<T>(runId: string, ask: PlanTableRequest['ask']): Promise<T> {
    const path = this.#pathOf(runId)
    this.#asked += 1
    const id = this.#asked
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      const request: PlanTableRequest = { id, path, ask }
      this.#threadFor(ask.what === 'facets' ? 'counts' : 'lines').postMessage(request)
    })
  }

  /** The thread; started anew when it has ended. */
  #threadFor(purpose: 'lines' | 'counts'): Thread {
    const running = this.#threads.get(purpose)
    if (running) return running
    const thread = this.#begin()
    thread.on('message', ({ id, value, error }: PlanTableReply) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error)
        waiting?.reject(new MigrateError(error.code, { message: error.message, subject: error.subject, scope: 'run' }))
      else waiting?.resolve(value as never)
    })
    thread.on('error', (cause: Error) => {
      this.#threads.delete(purpose)
      const error = new MigrateError('INTERNAL', { message: cause.message, scope: 'run', cause })
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    })
    this.#threads.set(purpose, thread)
    return thread
  }
}
