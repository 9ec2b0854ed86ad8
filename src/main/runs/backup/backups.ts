import type { BackupPlace, BackupSnapshot, KnownBackup } from '../../../shared/backup.ts'
import { asMigrateError, errorData, MigrateError } from '../../engine/errors.ts'
import { nullProgress } from '../../engine/progress.ts'
import { StopControl } from '../../engine/stop.ts'
import type { Profile } from '../../profiles/profile.ts'
import { openPlace, type PlaceDeps } from '../workplace.ts'
import { backUp } from './backup.ts'
import { lastBackup, type BackupStore, type BackupOf } from './backupStore.ts'

/** As often as anyone can read. */
const snapshotMs = 250

interface BackupsDeps extends PlaceDeps {
  profileOf: (id: string) => Profile
  backupStore: BackupStore
  onSnapshot: (snapshot: BackupSnapshot) => void
}

/** Backups that are made from the window, one at a time. A run may go on meanwhile: a dump holds the state of its beginning. */
export class Backups {
  readonly #deps: BackupsDeps
  #current: { snapshot: Omit<BackupSnapshot, 'seconds'>; startedAt: number; endedAt: number | null } | null = null
  #stop: StopControl | null = null
  #finished: Promise<void> = Promise.resolve()

  constructor(deps: BackupsDeps) {
    this.#deps = deps
  }

  /** A backup is being made. */
  get busy(): boolean {
    return this.#stop !== null
  }

  /** How the present or the latest backup of this session stands. */
  current(): BackupSnapshot | null {
    if (!this.#current) return null
    const { snapshot, startedAt, endedAt } = this.#current
    return { ...snapshot, seconds: ((endedAt ?? Date.now()) - startedAt) / 1_000 }
  }

  /** From our records; nothing is connected to. */
  last(of: BackupOf): KnownBackup | null {
    return lastBackup(this.#deps.backupStore, this.#deps.runs, of)
  }

  /**
   * Begins a backup into a file, which may replace what lies there: somebody was asked. What becomes of it, the snapshots
   * tell. Throws DB_BUSY while another is being made, and PROFILE_NOT_FOUND.
   */
  start(profileId: string, path: string, { container }: BackupPlace): void {
    if (this.#stop) {
      throw new MigrateError('DB_BUSY', { message: 'A backup is being made already.' })
    }
    const profile = this.#deps.profileOf(profileId)
    const stop = new StopControl()
    this.#stop = stop
    const snapshot = { profileId, state: 'running' as const, path, bytes: 0, made: null, error: null }
    this.#current = { snapshot, startedAt: Date.now(), endedAt: null }
    const timer = setInterval(() => this.#tell({}), snapshotMs)
    this.#finished = this.#make(profile, path, container, stop)
      .catch((cause: unknown): Partial<BackupSnapshot> => {
        const state = stop.mode === null ? 'failed' : 'cancelled'
        return { state, error: state === 'failed' ? errorData(asMigrateError(cause)) : null }
      })
      .then((end) => {
        clearInterval(timer)
        this.#stop = null
        this.#tell(end, Date.now())
      })
  }

  async #make(
    profile: Profile,
    file: string,
    container: string | null,
    stop: StopControl,
  ): Promise<Partial<BackupSnapshot>> {
    const place = await openPlace(this.#deps, profile, { progress: nullProgress, stop })
    try {
      const onBytes = (bytes: number): void => {
        if (this.#current) this.#current.snapshot.bytes = bytes
      }
      const made = await backUp(place, this.#deps.backupStore, { file, replace: true, container, onBytes })
      return { state: 'done', bytes: made.bytes, made }
    } finally {
      // What does not answer is not waited for.
      void place.close()
    }
  }

  /** Ends the backup that is being made; nothing is left of it. */
  cancel(): void {
    this.#stop?.request('now')
  }

  /** Ends what is under way; resolves when it has ended. */
  async shutDown(): Promise<void> {
    this.cancel()
    await this.#finished
  }

  #tell(change: Partial<BackupSnapshot>, endedAt: number | null = null): void {
    if (!this.#current) return
    this.#current = { ...this.#current, snapshot: { ...this.#current.snapshot, ...change }, endedAt }
    const snapshot = this.current()
    if (snapshot) this.#deps.onSnapshot(snapshot)
  }
}
