import { asMigrateError, MigrateError } from '../errors.ts'
import type { DatabaseInstance, ObjectStore, Permit, RunLock } from '../ports.ts'
import type { Progress } from '../progress.ts'
import { sleepFor } from '../timers.ts'
import { isLatest } from './claim.ts'
import { claimedError, establish, type Standing } from './ownership.ts'
import { beginPermit, leaseMs, systemClocks, type Clocks } from './permit.ts'

/** What is proved again and again and is never in time is given up: the way to the database or bucket is too slow. */
export const mostTries = 5

/** The lock alone is the proof. */
export const nothingToCheck = (): Promise<void> => Promise.resolve()

interface FenceDeps {
  lock: Pick<RunLock, 'epoch' | 'prove' | 'leaseLeft' | 'readMark' | 'writeMark'>
  objects: Pick<ObjectStore, 'bucket' | 'list' | 'head' | 'get' | 'put' | 'remove'>
  instance: DatabaseInstance
  progress: Pick<Progress, 'log'>
  clocks?: Clocks
}

/** What held a moment ago. `referenced`: those of the paths that a row of any table holds. */
export interface Proved<T> {
  permit: Permit
  referenced: Set<string>
  found: T
}

/**
 * Guards what is no row: objects and files. Rows are changed in the session that holds the lock and cannot be changed
 * without it; a request to the storage service or a system call can be made by a process that lost the lock while it
 * slept. So each of them needs a permit: the checks are made, the lock is proved after them, and the permit counts from
 * before them and ends after seconds, here and at the service.
 */
export class Fence {
  readonly #deps: FenceDeps
  #standing: Promise<Standing> | null = null

  constructor(deps: FenceDeps) {
    this.#deps = deps
  }

  /** Waits for what a session before this one may still be removing. To be called once, before anything is proved. */
  async awaitOthers(signal: AbortSignal): Promise<void> {
    const left = await this.#deps.lock.leaseLeft(signal)
    if (left <= 0) return
    this.#deps.progress.log('info', `Waiting ${Math.ceil(left / 1000)} s for the last step of an earlier session.`)
    await sleepFor(left, signal)
    if (signal.aborted) throw asMigrateError(signal.reason)
  }

  /** How the database stands to the bucket. The first call claims a bucket that nobody owns. */
  standing(signal: AbortSignal): Promise<Standing> {
    const { objects, lock, instance } = this.#deps
    this.#standing ??= establish({ objects, lock, instance, signal })
    const standing = this.#standing
    // A bucket that was out of reach is asked again the next time.
    standing.catch(() => (this.#standing = null))
    return standing
  }

  /** Throws BUCKET_CLAIMED unless the bucket is this database's. */
  async assertOwner(signal: AbortSignal): Promise<void> {
    const standing = await this.standing(signal)
    if (standing.kind === 'other') throw claimedError(standing.reason, this.#deps.objects.bucket)
  }

  /** As `assertOwner`, asked of the bucket again: a session may take days, or sleep. Throws BUCKET_CLAIMED. */
  async assertStillOwner(signal: AbortSignal): Promise<void> {
    const standing = await this.standing(signal)
    const isStill = standing.kind !== 'owner' || (await isLatest(this.#deps.objects, standing.claim.number, signal))
    if (!isStill) this.#standing = null
    await this.assertOwner(signal)
  }

  /**
   * Removes objects: makes `checks`, proves lock and claim, then lets `act` remove what it may. All of that is done over
   * when the permit expires. Throws OBJECT_NOT_OURS where the bucket is not proved to be this database's.
   */
  async forObjects<T, R>(
    paths: readonly string[],
    checks: () => Promise<T>,
    act: (proved: Proved<T>) => Promise<R>,
    signal: AbortSignal,
  ): Promise<R> {
    const { objects } = this.#deps
    const standing = await this.#standingForRemoval(signal)
    if (standing.kind !== 'owner') {
      const message = standing.kind === 'unclaimed' ? 'Nobody has claimed the bucket.' : standing.reason
      throw new MigrateError('OBJECT_NOT_OURS', { message, subject: objects.bucket })
    }
    const { number, claim } = standing.claim
    const withClaim = async (): Promise<T> => {
      const [found, isOurs] = await Promise.all([
        checks(),
        isLatest(objects, number, signal).catch((cause: unknown) => {
          throw unproved(cause, objects.bucket, signal)
        }),
      ])
      if (isOurs) return found
      this.#standing = null
      const message = 'Another database has claimed the bucket in the meantime.'
      throw new MigrateError('OBJECT_NOT_OURS', { message, subject: objects.bucket })
    }
    return this.#prove(paths, claim?.nonce ?? '', withClaim, act, signal)
  }

  /** Moves or deletes files: as above, without the bucket. */
  forFiles<T, R>(
    paths: readonly string[],
    checks: () => Promise<T>,
    act: (proved: Proved<T>) => Promise<R>,
    signal: AbortSignal,
  ): Promise<R> {
    return this.#prove(paths, null, checks, act, signal)
  }

  async #standingForRemoval(signal: AbortSignal): Promise<Standing> {
    try {
      return await this.standing(signal)
    } catch (cause) {
      throw unproved(cause, this.#deps.objects.bucket, signal)
    }
  }

  async #prove<T, R>(
    paths: readonly string[],
    nonce: string | null,
    checks: () => Promise<T>,
    act: (proved: Proved<T>) => Promise<R>,
    signal: AbortSignal,
  ): Promise<R> {
    const { lock, clocks = systemClocks } = this.#deps
    for (let tries = 1; ; tries++) {
      const permit = beginPermit(clocks)
      const { epoch } = lock
      try {
        const found = await checks()
        const referenced = await lock.prove({ epoch, nonce, leaseMs }, paths, signal)
        permit.assertFresh()
        return await act({ permit, referenced, found })
      } catch (error) {
        const isLate = error instanceof MigrateError && ['PERMIT_EXPIRED', 'LOCK_RENEWED'].includes(error.code)
        if (!isLate || tries >= mostTries) throw error
      }
    }
  }
}

/** What the database says ends the run; what the bucket does not say only keeps its objects. */
function unproved(cause: unknown, bucket: string, signal: AbortSignal): MigrateError {
  const error = asMigrateError(signal.aborted ? signal.reason : cause)
  if (signal.aborted || !error.code.startsWith('S3_')) return error
  const message = `The owner of the bucket couldn’t be checked: ${error.message}`
  return new MigrateError('OBJECT_LEFT', { message, subject: bucket, cause: error })
}
