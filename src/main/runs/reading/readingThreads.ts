import type { Worker } from 'node:worker_threads'
import type { ErrorData } from '../../../shared/errors.ts'
import { errorOf, MigrateError } from '../../engine/errors.ts'
import type { ReadCalls, ReadChannel, Reads } from './reads.ts'

/** What is asked of a thread. */
export type ReadRequest<C extends ReadChannel = ReadChannel> = {
  [K in C]: { id: number; call: K; args: ReadCalls[K]['args'] }
}[C]

export interface ReadReply {
  id: number
  value?: unknown
  error?: ErrorData
}

type Thread = Pick<Worker, 'on' | 'postMessage'>
/** What takes seconds must not hold up what is wanted at once. */
type Purpose = 'records' | 'lines' | 'counts'

const purposes: Record<ReadChannel, Purpose> = {
  'runs.list': 'records',
  'runs.get': 'records',
  'runs.family': 'records',
  'runs.items': 'records',
  'runs.problems': 'records',
  'runs.auditReport': 'counts',
  'runs.planRows': 'lines',
  'runs.planItem': 'lines',
  'runs.planFacets': 'counts',
  'runs.users': 'counts',
  'runs.countSelected': 'counts',
  'records.compare': 'counts',
  'records.outdated': 'counts',
}

interface Waiting {
  purpose: Purpose
  resolve: (value: never) => void
  reject: (error: MigrateError) => void
}

/**
 * Reads the records of runs in threads of their own, each started with its first question: SQLite blocks who asks it, and
 * the window and the run under way have to go on.
 */
export class ReadingThreads {
  readonly #begin: () => Thread
  readonly #waiting = new Map<number, Waiting>()
  readonly #threads = new Map<Purpose, Thread>()
  #asked = 0

  constructor(begin: () => Thread) {
    this.#begin = begin
  }

  readonly reads: Reads = {
    'runs.list': (...args) => this.#ask('runs.list', args),
    'runs.get': (...args) => this.#ask('runs.get', args),
    'runs.family': (...args) => this.#ask('runs.family', args),
    'runs.countSelected': (...args) => this.#ask('runs.countSelected', args),
    'runs.users': (...args) => this.#ask('runs.users', args),
    'runs.items': (...args) => this.#ask('runs.items', args),
    'runs.problems': (...args) => this.#ask('runs.problems', args),
    'runs.auditReport': (...args) => this.#ask('runs.auditReport', args),
    'runs.planRows': (...args) => this.#ask('runs.planRows', args),
    'runs.planItem': (...args) => this.#ask('runs.planItem', args),
    'runs.planFacets': (...args) => this.#ask('runs.planFacets', args),
    'records.compare': (...args) => this.#ask('records.compare', args),
    'records.outdated': (...args) => this.#ask('records.outdated', args),
  }

  #ask<C extends ReadChannel>(call: C, args: ReadCalls[C]['args']): Promise<ReadCalls[C]['result']> {
    this.#asked += 1
    const id = this.#asked
    const purpose = purposes[call]
    return new Promise<ReadCalls[C]['result']>((resolve, reject) => {
      this.#waiting.set(id, { purpose, resolve, reject })
      this.#threadFor(purpose).postMessage({ id, call, args })
    })
  }

  /** The thread; started again when it has ended. */
  #threadFor(purpose: Purpose): Thread {
    const running = this.#threads.get(purpose)
    if (running) return running
    const thread = this.#begin()
    thread.on('message', ({ id, value, error }: ReadReply) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error) waiting?.reject(errorOf(error))
      else waiting?.resolve(value as never)
    })
    thread.on('error', (cause: Error) => {
      this.#threads.delete(purpose)
      const error = new MigrateError('INTERNAL', { message: cause.message, scope: 'run', cause })
      for (const [id, waiting] of this.#waiting) {
        if (waiting.purpose !== purpose) continue
        this.#waiting.delete(id)
        waiting.reject(error)
      }
    })
    this.#threads.set(purpose, thread)
    return thread
  }
}
