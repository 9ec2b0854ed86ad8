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
import type { RunStore } from '../engine/journal/runStore.ts'
import { assertStartable, executeRun, planRun } from '../engine/migrate.ts'
import { StopControl } from '../engine/stop.ts'
import { settingsOf, type Profile } from '../profiles/profileStore.ts'
import { openSite } from '../site.ts'
import { appVersion } from '../version.ts'
import { ProgressMeter } from './progressMeter.ts'
import type { RunFolder } from './runFolder.ts'

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
    const settings = await settingsOf(profile)
    const { runs } = this.#deps
    return new Promise((resolve, reject) => {
      void this.#work(profile.id, '', 'planning', null, async (current) => {
        const { site, close } = openSite(settings, defaultMigrateOptions.parallelUploads)
        try {
          const { store } = await planRun(
            { site, progress: current.meter, stop: current.stop },
            (facts) => {
              const store = runs.create({
                appVersion,
                profileId: profile.id,
                profileName: profile.name,
                database: facts.label,
                databaseIdentity: facts.identity,
                uploads: site.uploads.label,
                store: site.objects.label,
                bucket: site.objects.bucket,
                planOptions: options,
              })
              current.runId = store.header.id
              resolve(store.header.id)
              return store
            },
            options,
            (facts) => runs.lastRates(facts.identity),
            defaultMigrateOptions.parallelUploads,
          )
          store.close()
          return 'planned'
        } finally {
          close()
        }
      }).catch(reject)
    })
  }

  /** Carries out a plan; resolves when it has been started. Throws RUN_NOT_FOUND, RUN_NOT_STARTABLE, DB_BUSY. */
  async start(runId: string, options: MigrateOptions): Promise<void> {
    const store = this.#deps.runs.open(runId, 'write')
    try {
      assertStartable(store)
      const profileId = store.header.profileId
      const settings = await settingsOf(this.#deps.profileOf(profileId))
      this.#assertIdle()
      void this.#work(profileId, runId, 'running', totalsOf(store), async (current) => {
        const { site, limit, close } = openSite(settings, options.parallelUploads)
        try {
          const context = { site, limit, progress: current.meter, stop: current.stop, clock: Date }
          return (await executeRun(context, store, options, this.#deps.states)).status
        } finally {
          close()
          store.close()
        }
      }).catch(() => undefined)
    } catch (error) {
      store.close()
      throw error
    }
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

function totalsOf(store: RunStore): PlanTotals | null {
  return store.last('planned')?.totals ?? null
}
