import { runFacts, type FreeKind, type RunKind } from '../../shared/runKind.ts'
import {
  noTotals,
  type Activity,
  type CheckLevel,
  type MigrateOptions,
  type Pace,
  type PlanOptions,
  type PlanTotals,
  type Repairs,
  type RollbackOptions,
  type RunFindings,
  type RunSnapshot,
  type RunStatus,
  type StopMode,
  type UndoSelection,
  type ValidateOptions,
  type RetryChoice,
} from '../../shared/run.ts'
import type { AuditRepairs } from '../../shared/auditRepair.ts'
import { asMigrateError, errorData, MigrateError } from '../engine/errors.ts'
import type { RunStore } from '../engine/journal/runStore.ts'
import { assertDecided, recordDamage } from '../engine/journal/damage.ts'
import { assertStartable } from '../engine/migrate.ts'
import { StopControl } from '../engine/stop.ts'
import type { Profile } from '../profiles/profile.ts'
import { setPace, type PaceControl } from '../site.ts'
import {
  audit,
  awaitingCutover,
  checkRun,
  cutOver,
  importRun,
  migrate,
  planMigration,
  planRetry,
  prepareAuditRepairs,
  prepareFreeing,
  prepareUndo,
  repair,
  resumeRun,
  settleMs,
  totalsOf,
} from './operations.ts'
import { ProgressMeter } from './progressMeter.ts'
import { validateRun } from './checks/validate.ts'
import { openPlace, type OpenedWorkplace, type PlaceDeps } from './workplace.ts'

/** Four times a second is as often as anyone can read. */
const snapshotMs = 250

/** How long quitting waits for what is under way. */
const shutDownMs = 15_000

/** What is to be done, and with which run. */
interface Errand {
  /** Absent: the run is yet to be made. */
  runId?: string
  kind: RunKind
  activity: Activity
  profile: Profile
  totals?: PlanTotals
}

interface Current extends Pick<Errand, 'kind' | 'activity'> {
  runId: string
  profileId: string
  status: RunStatus
  meter: ProgressMeter
  stop: StopControl
  /** Null until the place is open. */
  pace: PaceControl | null
}

interface RunManagerDeps extends PlaceDeps {
  profileOf: (id: string) => Profile
  onSnapshot: (snapshot: RunSnapshot) => void
}

/** All that the window does with runs, one at a time. The window gets snapshots; the engine knows nothing of it. */
export class RunManager {
  readonly #deps: RunManagerDeps
  readonly #findings = new Map<string, RunFindings>()
  #current: Current | null = null
  #busy = false
  #finished: Promise<void> = Promise.resolve()

  constructor(deps: RunManagerDeps) {
    this.#deps = deps
  }

  /** How the present or the latest activity of this session stands. */
  current(): RunSnapshot | null {
    const current = this.#current
    if (!current) return null
    const { runId, profileId, kind, activity, status, meter, stop } = current
    const over = isOver(status)
    const pace = over || kind === 'audit' ? null : current.pace
    return meter.snapshot({
      ...{ runId, profileId, kind, activity, status },
      stopping: over ? null : stop.mode,
      pause: pace?.limit.isPaused === true ? (pace.isMoving() ? 'pausing' : 'paused') : null,
      pace: pace && { parallelUploads: pace.limit.most, bytesPerSecond: pace.bandwidth.bytesPerSecond },
      parallelNow: pace?.limit.current ?? 0,
    })
  }

  /** Something is under way that a closed application would interrupt. */
  get busy(): boolean {
    return this.#busy
  }

  /** What this session has found out about a run and put right. */
  findings(runId: string): RunFindings {
    return this.#findings.get(runId) ?? { check: null, reUploaded: null }
  }

  /** Begins a plan; resolves with its run as soon as that exists, and rejects when the checks before it fail. */
  plan(profile: Profile, options: PlanOptions): Promise<string> {
    return this.#begin({ profile, kind: 'migrate', activity: 'plan' }, (work) => planned(planMigration(work, options)))
  }

  /** Begins a plan of what a run failed at; like `plan`. */
  retryFailed(runId: string, which: RetryChoice): Promise<string> {
    return this.#begin({ profile: this.#profileOf(runId), kind: 'migrate', activity: 'plan' }, (work) =>
      planned(planRetry(work, runId, which)),
    )
  }

  /** Begins a plan of how a run is undone; like `plan`. Undoing a rollback is a migration. */
  prepareUndo(runId: string, selection: UndoSelection, options: RollbackOptions): Promise<string> {
    const kind = runFacts[this.#headerOf(runId).kind].undoneBy ?? 'rollback'
    return this.#begin({ profile: this.#profileOf(runId), kind, activity: 'plan' }, (work) =>
      planned(prepareUndo(work, runId, selection, options)),
    )
  }

  /** Begins a plan of which local files of a run can go; like `plan`. */
  prepareFree(runId: string, how: { kind: FreeKind; anyway: boolean }): Promise<string> {
    return this.#begin({ profile: this.#profileOf(runId), kind: how.kind, activity: 'plan' }, (work) =>
      planned(prepareFreeing(work, runId, how)),
    )
  }

  /** Begins to compare all rows, files and objects; resolves with the run that keeps it as soon as that exists. */
  audit(profile: Profile, level: CheckLevel): Promise<string> {
    return this.#begin(
      { profile, kind: 'audit', activity: 'run' },
      async (work) => (await audit(work, { level, settleMs })).status,
    )
  }

  /** Begins a plan of what is put right of what an audit has found; like `plan`. */
  prepareRepairs(auditId: string, repairs: AuditRepairs): Promise<string> {
    return this.#begin({ profile: this.#profileOf(auditId), kind: 'repair', activity: 'plan' }, (work) =>
      planned(prepareAuditRepairs(work, auditId, repairs)),
    )
  }

  /** Begins to read a state file; resolves with its run as soon as that exists. */
  import(profile: Profile, path: string): Promise<string> {
    return this.#begin(
      { profile, kind: 'import', activity: 'import' },
      async (work) => (await importRun(work, path)).status,
    )
  }

  /** Carries out a plan; resolves when it has been started. Throws RUN_NOT_FOUND, RUN_NOT_STARTABLE, DB_BUSY. */
  async start(runId: string, options: MigrateOptions, isDecided: boolean): Promise<void> {
    this.#assertIdle()
    const store = await this.#deps.runs.openToWork(runId)
    try {
      assertStartable(store)
      assertDecided(store)
      const errand = { ...this.#errandOf(runId), activity: 'run', totals: totalsOf(store) } as const
      await this.#begin(errand, async (work) => {
        try {
          recordDamage(store, work.context.progress)
          return (await migrate(work, store, options, { isDecided })).status
        } finally {
          store.close()
        }
      })
    } catch (error) {
      if (store.isOpen) store.close()
      throw error
    }
  }

  /** Carries out what remains of a run of any kind; resolves when it has been begun. */
  async resume(runId: string): Promise<void> {
    const errand = { ...this.#errandOf(runId), activity: 'run' } as const
    await this.#begin(errand, async (work) => (await resumeRun(work, runId)).status)
  }

  /** Points the rows at copies; resolves when it has been begun. Throws RUN_NOT_STARTABLE. */
  async cutover(runId: string, canary: boolean, isDecided: boolean): Promise<void> {
    awaitingCutover(this.#deps, runId)
    const errand = { ...this.#errandOf(runId), activity: 'run' } as const
    await this.#begin(errand, async (work) => (await cutOver(work, runId, { change: { canary }, isDecided })).status)
  }

  /** Compares a run with the world; resolves when that has been begun. */
  async check(runId: string, options: { level: CheckLevel; sample?: number | undefined }): Promise<void> {
    const totals = this.#toCompare(runId, options)
    await this.#begin({ ...this.#errandOf(runId), activity: 'check', totals }, async (work) => {
      const check = await checkRun(work, runId, options)
      this.#findings.set(runId, { check: { ...check, at: Date.now() }, reUploaded: null })
      return this.#deps.runs.summary(runId).status
    })
  }

  /** Looks at what a run has left from all sides; resolves when that has been begun. */
  async validate(runId: string, options: ValidateOptions): Promise<void> {
    const totals = this.#toCompare(runId, options)
    await this.#begin({ ...this.#errandOf(runId), activity: 'validate', totals }, async (work) => {
      await validateRun(work, runId, options)
      return this.#deps.runs.summary(runId).status
    })
  }

  /** Puts right what a comparison has found; resolves when that has been begun. */
  async repair(runId: string, repairs: Repairs): Promise<void> {
    await this.#begin({ ...this.#errandOf(runId), activity: 'repair' }, async (work) => {
      const { report, resent, gone, isWhole } = await repair(work, runId, repairs)
      this.#findings.set(runId, { ...this.findings(runId), reUploaded: { resent, gone, isWhole } })
      return report.status
    })
  }

  /** Stops the run, or with an empty id whatever is under way: a plan has no id before its checks are done. */
  stop(runId: string, how: StopMode): void {
    const { stop, pace } = this.#underWay(runId)
    stop.request(how)
    // What is to be finished first must not be held up.
    if (pace?.limit.isPaused === true) this.continue(runId)
    this.#send()
  }

  /** Holds up all that has not begun; what is on its way is finished. Throws RUN_NOT_FOUND. */
  pause(runId: string): void {
    const { pace, meter } = this.#carriedOut(runId)
    pace.limit.pause()
    meter.paused(true)
    meter.log('info', 'Paused.')
    this.#send()
  }

  /** Ends a pause. Throws RUN_NOT_FOUND. */
  continue(runId: string): void {
    const { pace, meter } = this.#carriedOut(runId)
    pace.limit.resume()
    meter.paused(false)
    meter.log('info', 'Going on.')
    this.#send()
  }

  /** Changes how fast the run may go, from now on. Throws RUN_NOT_FOUND. */
  adjust(runId: string, wanted: Pace): void {
    setPace(this.#carriedOut(runId).pace, wanted)
    this.#send()
  }

  #underWay(runId: string): Current {
    const current = this.#busy ? this.#current : null
    if (current !== null && (runId === '' || runId === current.runId)) return current
    throw new MigrateError('RUN_NOT_FOUND', { message: 'This run is not under way.', subject: runId })
  }

  /** The present activity, where it carries out a run and has begun to. */
  #carriedOut(runId: string): { pace: PaceControl; meter: ProgressMeter } {
    const { activity, kind, pace, meter } = this.#underWay(runId)
    if (activity === 'run' && kind !== 'audit' && pace !== null) return { pace, meter }
    const message = 'It only looks; what changes something can be paused.'
    throw new MigrateError('RUN_NOT_FOUND', { message, subject: runId })
  }

  /** Ends what is under way at once, resumable; resolves when it has ended. */
  async shutDown(): Promise<void> {
    this.#current?.stop.request('now')
    // A read from a dead network drive never returns; everything that matters is in the journal.
    await Promise.race([this.#finished, new Promise((done) => setTimeout(done, shutDownMs).unref())])
  }

  #headerOf(runId: string): RunStore['header'] {
    return this.#deps.runs.with(runId, ({ header }) => header)
  }

  #profileOf(runId: string): Profile {
    return this.#deps.profileOf(this.#headerOf(runId).profileId)
  }

  #toCompare(runId: string, { sample }: { sample?: number | undefined }): PlanTotals {
    const { move } = this.#deps.runs.with(runId, totalsOf)
    return { ...noTotals, move: Math.min(sample ?? move, move) }
  }

  #assertIdle(): void {
    if (!this.#busy) return
    throw new MigrateError('DB_BUSY', { message: 'Something is still under way in this window.' })
  }

  /** With a run that is there. Throws DB_BUSY and RUN_NOT_FOUND. */
  #errandOf(runId: string): Required<Pick<Errand, 'runId' | 'kind' | 'profile'>> {
    this.#assertIdle()
    const { kind, profileId } = this.#headerOf(runId)
    return { runId, kind, profile: this.#deps.profileOf(profileId) }
  }

  /**
   * Makes this the present activity, and tells the window about it until it ends. Resolves with the id of its run: a new one
   * once it exists, any other once its place is open. Rejects with what fails before that.
   */
  async #begin(
    { runId, kind, activity, profile, totals }: Errand,
    work: (work: OpenedWorkplace) => Promise<RunStatus>,
  ): Promise<string> {
    this.#assertIdle()
    this.#busy = true
    const [meter, stop] = [new ProgressMeter(), new StopControl()]
    const about = { runId: runId ?? '', profileId: profile.id, kind, activity }
    const current: Current = { ...about, status: runId === undefined ? 'planning' : 'running', meter, stop, pace: null }
    if (totals) meter.planned(totals)
    this.#current = current
    const timer = setInterval(() => this.#send(), snapshotMs)
    return await new Promise((resolve, reject) => {
      const onCreated = (id: string): void => {
        // What looks at a run may make one of its own beside it: a validation, an audit.
        if (runId !== undefined) return
        current.runId = id
        resolve(id)
      }
      const atPlace = async (): Promise<RunStatus> => {
        const place = await openPlace(this.#deps, profile, { progress: meter, stop })
        current.pace = place.pace
        if (runId !== undefined) resolve(runId)
        try {
          return await work({ ...place, onCreated })
        } finally {
          await place.close()
        }
      }
      this.#finished = atPlace()
        .then((ended) => void (current.status = ended))
        .catch((error: unknown) => {
          current.status = this.#statusAfter(current, asMigrateError(error))
          meter.failed(errorData(error))
          throw error
        })
        .finally(() => {
          clearInterval(timer)
          this.#busy = false
          this.#send()
        })
        .catch(reject)
    })
  }

  /** How the run of an activity stands that could not be done: as its record says, where that knows. */
  #statusAfter({ runId, activity }: Current, error: MigrateError): RunStatus {
    const unrecorded = error.code === 'INTERRUPTED' ? 'interrupted' : 'not started'
    if (runId === '' || activity === 'plan' || activity === 'import') return unrecorded
    try {
      return this.#deps.runs.summary(runId).status
    } catch {
      return unrecorded
    }
  }

  #send(): void {
    const snapshot = this.current()
    if (snapshot?.runId) this.#deps.onSnapshot(snapshot)
  }
}

const isOver = (status: RunStatus): boolean => status !== 'planning' && status !== 'running'

/** Closes the store of a run that has been planned; somebody is to look at it first. */
async function planned(planning: Promise<RunStore>): Promise<RunStatus> {
  const store = await planning
  store.close()
  return 'planned'
}
