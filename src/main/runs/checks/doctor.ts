import type { CheckupOptions, CheckupSnapshot } from '../../../shared/diagnostic.ts'
import { MigrateError } from '../../engine/errors.ts'
import type { SiteSettings } from '../../profiles/settings.ts'
import { openSite, type SshAccess } from '../../site.ts'
import { performAction, type PerformDeps } from '../../engine/doctor/perform.ts'
import { bucketOf } from '../readur/lookAtReadur.ts'
import type { ReadurStateStore } from '../readur/readurStateStore.ts'
import { checkConnection, type CheckupRequest, type CheckupResult } from './checkConnection.ts'

interface Current {
  checkupId: string
  cancel: AbortController
}

/** The latest checkup that has ended: its remedies can be carried out. */
interface Latest {
  checkupId: string
  profileId: string | null
  settings: SiteSettings
  result: CheckupResult
}

interface DoctorDeps {
  ssh: SshAccess
  /** What is known of the Readurs of all connections. */
  readurs: ReadurStateStore
  /** Our own data folder. */
  dataFolder: string
  onSnapshot: (snapshot: CheckupSnapshot) => void
  /** Tells, as of now, whether one of our runs has begun an upload. */
  isOurs: () => NonNullable<CheckupRequest['isOurs']>
  /** Keeps a setting with a profile. */
  setVariable: (profileId: string, ...change: Parameters<PerformDeps['setVariable']>) => void
  /** Another one for tests. */
  open?: CheckupRequest['open']
}

const performLimitMs = 60_000

/** Checkups of the window, one at a time: a new one ends the one before it. */
export class Doctor {
  readonly #deps: DoctorDeps
  #current: Current | null = null
  #latest: Latest | null = null
  readonly #performed = new Set<string>()

  constructor(deps: DoctorDeps) {
    this.#deps = deps
  }

  /** Resolves when the checkup has ended, however it did. Throws SETTING_*, SSH_CONFIG_INVALID, SSH_PROXY_COMMAND. */
  async start(
    checkupId: string,
    profileId: string | null,
    settings: Promise<SiteSettings>,
    options: CheckupOptions,
  ): Promise<CheckupSnapshot> {
    this.#current?.cancel.abort(cancelled())
    const { ssh, readurs, dataFolder, onSnapshot, isOurs, open } = this.#deps
    const current = { checkupId, cancel: new AbortController() }
    this.#current = current
    this.#latest = null
    this.#performed.clear()
    try {
      const known = await settings
      const result = await checkConnection({
        settings: known,
        isOurs: isOurs(),
        ssh,
        dataFolder,
        options,
        onChange: (diagnostics) => onSnapshot({ checkupId, outcome: 'running', diagnostics }),
        signal: current.cancel.signal,
        ...(profileId !== null && { memory: readurs.of(profileId, bucketOf(known)) }),
        ...(open && { open }),
      })
      const { outcome, diagnostics } = result
      const snapshot: CheckupSnapshot = { checkupId, outcome, diagnostics }
      if (this.#current === current) this.#latest = { checkupId, profileId, settings: known, result }
      onSnapshot(snapshot)
      return snapshot
    } finally {
      if (this.#current === current) this.#current = null
    }
  }

  /** A checkup that has ended meanwhile is passed over. */
  cancel(checkupId: string): void {
    if (this.#current?.checkupId === checkupId) this.#current.cancel.abort(cancelled())
  }

  /**
   * Carries out what a remedy has offered, once. Throws ACTION_GONE when it was carried out, or the checkup is not the
   * latest one, and what the carrying out throws.
   */
  async perform(checkupId: string, actionId: string): Promise<{ done: string }> {
    const latest = this.#latest
    const action = latest?.checkupId === checkupId ? latest.result.action(actionId) : null
    if (!latest || !action || this.#performed.has(actionId)) throw gone()
    const { open = openSite, ssh, setVariable } = this.#deps
    const { profileId, settings } = latest
    const opened = await open(settings, ssh)
    try {
      const deps: PerformDeps = {
        ...opened.probes,
        places: opened.site,
        setVariable: (...change) => {
          if (profileId === null) throw gone()
          setVariable(profileId, ...change)
        },
      }
      const done = await performAction(action, deps, AbortSignal.timeout(performLimitMs))
      this.#performed.add(actionId)
      return { done }
    } finally {
      void opened.close()
    }
  }
}

const cancelled = (): MigrateError => new MigrateError('INTERRUPTED', { message: 'The checkup was cancelled.' })

const gone = (): MigrateError =>
  new MigrateError('ACTION_GONE', { message: 'What it was offered for may be gone by now.' })
