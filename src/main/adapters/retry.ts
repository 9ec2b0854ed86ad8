import pRetry from 'p-retry'
import type { ErrorCode } from '../../shared/errors.ts'
import { asMigrateError, MigrateError } from '../engine/errors.ts'
import type { ObjectStore } from '../engine/ports.ts'
import { withinLimit } from '../engine/timers.ts'

export interface RetryPolicy {
  /** Tries after the first. */
  retries: number
  firstDelayMs: number
  longestDelayMs: number
  /** How long something that is out of reach is waited for, however many tries that takes. Absent: no longer than for the rest. */
  patienceMs?: number
  /** A clock that stands still while the run is paused; the time of day unless given. */
  now?: () => number
  /** After this long nothing is tried again: what fails at once may be an accident, what takes its time is not. */
  withinMs?: number
  /** Told before each pause in which something is waited for that has been out of reach for some seconds. */
  onWaiting?: (error: MigrateError) => void
  /** The wish to stop in order: from then on nothing is tried again, and no pause is sat out. */
  stop?: AbortSignal
}

/** Somebody pulled a plug: a server restarts, a laptop sleeps, a network changes. Nothing but time will help. */
const outages = new Set<ErrorCode>([
  'S3_UNREACHABLE',
  'PROXY_UNREACHABLE',
  'DB_UNREACHABLE',
  'DB_TOO_MANY_CONNECTIONS',
  'DB_LOST',
  'SSH_UNREACHABLE',
  'SSH_LOST',
  'CONTAINER_UNREACHABLE',
  'CONTAINER_LOST',
])

/** A run that is under way outlasts ten minutes without the server, and then some. */
export const outagePatienceMs = 15 * 60_000

/** B2 and others answer 500 and 503 as a matter of course: eight tries and more, about a minute in all. */
export const defaultRetryPolicy: RetryPolicy = { retries: 8, firstDelayMs: 250, longestDelayMs: 20_000 }

/** An outage that is over sooner is not worth a word. */
const sayAfterMs = 3_000

/**
 * Someone waits for the answer to a check: a service that is down should be called so within seconds, and a connection
 * that broke off once is no reason to refuse a run.
 */
export const checkPolicy = ({ retries, firstDelayMs, longestDelayMs, stop }: RetryPolicy): RetryPolicy => ({
  retries: Math.min(retries, 2),
  firstDelayMs,
  longestDelayMs,
  withinMs: 5_000,
  ...(stop && { stop }),
})

/** As long as a check before a run takes at most; a bucket that is asked for more is waited for longer. */
const checkLimitMs = 20_000

/**
 * Calls again, with growing and randomised pauses, while the error says that this may help. Throws the last error, or
 * the reason of a signal: of `signal` as soon as it fires, of the wish to stop in order where something would be tried
 * again.
 */
export async function withRetry<T>(
  policy: RetryPolicy,
  signal: AbortSignal,
  onThrottled: () => void,
  call: () => Promise<T>,
): Promise<T> {
  // A call that was done stays done, even if the signal fires before its answer is handed on.
  const done: { value: T }[] = []
  const { now = Date.now, stop } = policy
  const beganAt = now()
  let isPausing = false
  const attempt = async (): Promise<T> => {
    isPausing = false
    const value = await call()
    done.push({ value })
    return value
  }
  const ending = new AbortController()
  const relay = (): void => ending.abort(signal.reason)
  const onStop = (): void => {
    if (isPausing) ending.abort(stop?.reason)
  }
  signal.addEventListener('abort', relay)
  stop?.addEventListener('abort', onStop)
  if (signal.aborted) relay()
  try {
    return await pRetry(attempt, {
      // Counted below: an outage is measured in time.
      retries: Number.MAX_SAFE_INTEGER,
      minTimeout: policy.firstDelayMs,
      maxTimeout: policy.longestDelayMs,
      factor: 2,
      randomize: true,
      signal: ending.signal,
      shouldRetry: ({ error, attemptNumber }) => {
        const known = asMigrateError(error)
        if (known.throttled) onThrottled()
        if (!isWorthATry(policy, known, attemptNumber, now() - beganAt)) return false
        // An item that is given up for the sake of a stop has not failed.
        if (stop?.aborted) throw asMigrateError(stop.reason)
        if (outages.has(known.code) && now() - beganAt >= sayAfterMs) policy.onWaiting?.(known)
        isPausing = true
        return true
      },
    })
  } catch (error) {
    const [kept] = done
    if (kept) return kept.value
    if (signal.aborted && signal.reason instanceof MigrateError) throw signal.reason
    throw error
  } finally {
    signal.removeEventListener('abort', relay)
    stop?.removeEventListener('abort', onStop)
  }
}

function isWorthATry(policy: RetryPolicy, error: MigrateError, tries: number, elapsedMs: number): boolean {
  const { retries, patienceMs = 0, withinMs = Infinity } = policy
  if (!error.retryable || elapsedMs >= withinMs) return false
  return tries <= retries || (outages.has(error.code) && elapsedMs < patienceMs)
}

/** The same store with every call retried. A read that breaks off begins again after the bytes already handed out. */
export function retryObjectStore(store: ObjectStore, policy: RetryPolicy, onThrottled: () => void): ObjectStore {
  const again = <T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> =>
    withRetry(policy, signal, onThrottled, call)
  return {
    label: store.label,
    bucket: store.bucket,
    check: (signal) =>
      withinLimit(
        checkLimitMs,
        () => unanswered(store.label),
        signal,
        (limited) => withRetry(checkPolicy(policy), limited, onThrottled, () => store.check(limited)),
      ),
    keepsVersions: (signal) => again(signal, () => store.keepsVersions(signal)),
    list: (prefix, from, signal) => again(signal, () => store.list(prefix, from, signal)),
    head: (key, signal) => again(signal, () => store.head(key, signal)),
    put: (request, signal) => again(signal, () => store.put(request, signal)),
    get: (key, signal) => readAgain(store, key, signal, policy, onThrottled),
    remove: (key, permit, signal) => again(signal, () => store.remove(key, permit, signal)),
    createUpload: (head, signal) => again(signal, () => store.createUpload(head, signal)),
    putPart: (upload, number, bytes, md5, signal) =>
      again(signal, () => store.putPart(upload, number, bytes, md5, signal)),
    completeUpload: (upload, parts, signal) => again(signal, () => store.completeUpload(upload, parts, signal)),
    abortUpload: (upload, signal) => again(signal, () => store.abortUpload(upload, signal)),
    listUploads: (key, signal) => again(signal, () => store.listUploads(key, signal)),
  }
}

const unanswered = (subject: string): MigrateError =>
  new MigrateError('S3_UNREACHABLE', {
    message: `There was no answer within ${checkLimitMs / 1_000} seconds.`,
    subject,
  })

async function* readAgain(
  store: ObjectStore,
  key: string,
  signal: AbortSignal,
  policy: RetryPolicy,
  onThrottled: () => void,
): AsyncGenerator<Uint8Array> {
  let handedOut = 0
  for (;;) {
    const { chunks, first } = await withRetry(policy, signal, onThrottled, async () => {
      const iterator = skip(store.get(key, signal), handedOut)[Symbol.asyncIterator]()
      return { chunks: iterator, first: await iterator.next() }
    })
    try {
      for (let next = first; !next.done; next = await chunks.next()) {
        handedOut += next.value.byteLength
        yield next.value
      }
      return
    } catch (error) {
      if (!asMigrateError(error).retryable) throw error
    }
  }
}

async function* skip(chunks: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count
  for await (const chunk of chunks) {
    if (left < chunk.byteLength) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.byteLength)
  }
}
