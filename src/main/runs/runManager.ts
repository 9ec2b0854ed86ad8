import {
  defaultMigrateOptions,
  type MigrateOptions,
  type PlanOptions,
  type PlanTotals,
  type RunSnapshot,
  type RunStatus,
  type StopMode,
} from '../../shared/run.ts'
import { asMigrateError, errorData, MigrateError } from '../engine/errors.ts'
import { assertStartable } from '../engine/migrate.ts'
import { StopControl } from '../engine/stop.ts'
import { settingsOf, type SecretOf } from '../profiles/connection.ts'
import type { Profile } from '../profiles/profile.ts'
import type { SshAccess } from '../site.ts'
import type { SiteSettings } from '../profiles/settings.ts'
import { migrate, planMigration, totalsOf } from './operations.ts'
import { ProgressMeter } from './progressMeter.ts'
import type { RunFolder } from './runFolder.ts'
import { openWorkplace } from './workplace.ts'

/** Four times a second is as often as anyone can read. */
const snapshotMs = 250

/** How long quitting waits for what is under way. */
const shutDownMs = 15_000

interface Current {
  runId: string
  profileId: string
  status: RunStatus
  meter: ProgressMeter
  stop: StopControl
}

export interface RunManagerDeps {
  runs: RunFolder
  /** Folder for exported state files. */
  states: string
  profileOf: (id: string) => Profile
  secretsOf: (profileId: string) => SecretOf
  ssh: SshAccess
  onSnapshot: (snapshot: RunSnapshot) => void
}

/** Plans and runs for the window, one at a time. The window gets snapshots; the engine knows nothing of it. */
export class RunManager {
  readonly #deps: RunManagerDeps
  #current: Current | null = null
  #busy = false
  #finished: Promise<void> = Promise.resolve()

  constructor(deps: RunManagerDeps) {
    this.#deps = deps
  }

  /** How the present or the latest run of this session stands. */
  current(): RunSnapshot | null {
    const current = this.#current
    if (!current) return null
    const { runId, profileId, status, meter, stop } = current
    return meter.snapshot({ runId, profileId, status, stopping: isOver(status) ? null : stop.mode })
  }

  /** Something is under way that a closed application would interrupt. */
  get busy(): boolean {
    return this.#busy
  }

  /** Begins a plan; resolves with its run as soon as that exists, and rejects when the checks before it fail. */
  async plan(profile: Profile, options: PlanOptions): Promise<string> {
    const settings = await settingsOf(profile, this.#deps.secretsOf(profile.id))
    return new Promise((resolve, reject) => {
      void this.#work(profile.id, '', 'planning', null, async (current) => {
        const work = await this.#workplace(profile, settings, defaultMigrateOptions.parallelUploads, current)
        const begun = (runId: string): void => {
          current.runId = runId
          resolve(runId)
        }
        try {
          const { store } = await planMigration({ ...work, onCreated: begun }, options, work.parallel)
          store.close()
          return 'planned'
        } finally {
          await work.close()
        }
      }).catch(reject)
    })
  }

  /** Carries out a plan; resolves when it has been started. Throws RUN_NOT_FOUND, RUN_NOT_STARTABLE, DB_BUSY. */
  async start(runId: string, options: MigrateOptions): Promise<void> {
    this.#assertIdle()
    const store = this.#deps.runs.openToWork(runId)
    try {
      assertStartable(store)
      const profile = this.#deps.profileOf(store.header.profileId)
      const settings = await settingsOf(profile, this.#deps.secretsOf(profile.id))
      this.#assertIdle()
      void this.#work(profile.id, runId, 'running', totalsOf(store), async (current) => {
        const work = await this.#workplace(profile, settings, options.parallelUploads, current)
        try {
          return (await migrate(work, store, options)).status
        } finally {
          await work.close()
          store.close()
        }
      }).catch(() => undefined)
    } catch (error) {
      store.close()
      throw error
    }
  }

  async #workplace(profile: Profile, settings: SiteSettings, parallel: number, { meter, stop }: Current) {
    const { runs, states, ssh } = this.#deps
    const request = { runs, states, profile, settings, ssh, parallel, progress: meter, stop }
    return { ...(await openWorkplace(request)), parallel }
  }

  /** Stops the run, or with an empty id whatever is under way: a plan has no id before its checks are done. */
  stop(runId: string, how: StopMode): void {
    const current = this.#busy ? this.#current : null
    if (current === null || (runId !== '' && runId !== current.runId)) {
      throw new MigrateError('RUN_NOT_FOUND', { message: 'This run is not under way.', subject: runId, scope: 'run' })
    }
    current.stop.request(how)
  }

  /** Ends what is under way at once, resumable; resolves when it has ended. */
  async shutDown(): Promise<void> {
    this.#current?.stop.request('now')
    // A read from a dead network drive never returns; everything that matters is in the journal.
    await Promise.race([this.#finished, new Promise((done) => setTimeout(done, shutDownMs).unref())])
  }

  #assertIdle(): void {
    if (!this.#busy) return
    throw new MigrateError('DB_BUSY', { message: 'A plan or run of this window is still under way.', scope: 'run' })
  }

  /** Makes `work` the present run and tells the window about it until it ends. Rejects when it does. */
  async #work(
    profileId: string,
    runId: string,
    status: RunStatus,
    totals: PlanTotals | null,
    work: (current: Current) => Promise<RunStatus>,
  ): Promise<void> {
    this.#assertIdle()
    this.#busy = true
    const current: Current = { runId, profileId, status, meter: new ProgressMeter(), stop: new StopControl() }
    if (totals) current.meter.planned(totals)
    this.#current = current
    const timer = setInterval(() => this.#send(), snapshotMs)
    const running = work(current)
      .then((ended) => void (current.status = ended))
      .catch((error: unknown) => {
        current.status = asMigrateError(error).code === 'INTERRUPTED' ? 'interrupted' : 'not started'
        current.meter.failed(errorData(error))
        throw error
      })
      .finally(() => {
        clearInterval(timer)
        this.#busy = false
        this.#send()
      })
    this.#finished = running.catch(() => undefined)
    await running
  }

  #send(): void {
    const snapshot = this.current()
    if (snapshot?.runId) this.#deps.onSnapshot(snapshot)
  }
}

const isOver = (status: RunStatus): boolean => status !== 'planning' && status !== 'running'
