import { asError, listen } from '../../engine/timers.ts'

/** What ends a wait before its answer: a signal with the error to throw, or too much time. */
interface Limits {
  signals: readonly AbortSignal[]
  milliseconds: number
  /** The error for too much time. */
  late: () => Error
}

type Done<T> = (error: Error | null | undefined, value: T) => void

/**
 * The answer that `start` is called back with, unless a limit comes first. An answer that comes too late is handed to
 * `discard`, so that nothing stays open. What `start` throws is thrown.
 */
export function answerWithin<T>(
  limits: Limits,
  start: (done: Done<T>) => void,
  discard: (value: T) => void,
): Promise<T> {
  const aborted = limits.signals.find((signal) => signal.aborted)
  if (aborted) return Promise.reject(asError(aborted.reason))
  return new Promise((resolve, reject) => {
    let waiting = true
    const stop = (): boolean => {
      const first = waiting
      waiting = false
      clearTimeout(timer)
      for (const signal of limits.signals) signal.removeEventListener('abort', onAbort)
      return first
    }
    const fail = (error: unknown): void => {
      if (stop()) reject(asError(error))
    }
    const onAbort = (): void => fail(limits.signals.find((signal) => signal.aborted)?.reason)
    const timer = setTimeout(() => fail(limits.late()), limits.milliseconds)
    for (const signal of limits.signals) listen(signal, onAbort)
    try {
      start((error, value) => {
        if (error) fail(error)
        else if (stop()) resolve(value)
        else discard(value)
      })
    } catch (error) {
      fail(error)
    }
  })
}
