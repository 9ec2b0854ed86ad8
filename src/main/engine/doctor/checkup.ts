import { setMaxListeners } from 'node:events'
import type { Diagnostic, DiagnosticArea, DiagnosticCode } from '../../../shared/diagnostic.ts'
import { asMigrateError, errorData, MigrateError } from '../errors.ts'
import { PausableTimer, unless } from '../timers.ts'
import { failed, remedyOf, type DoctorAction, type CheckResult } from './checkResult.ts'

/** A diagnostic that takes longer has failed: a checkup is to show soon which one it is. */
const standardLimitMs = 20_000

const mostRequests = 100

export interface PlannedDiagnostic {
  code: DiagnosticCode
  subject: string
}

/** What is said of a diagnostic that took too long. */
export type Late = (seconds: number) => MigrateError

interface CheckupDeps {
  /** Told of all diagnostics whenever one of them changes; the first time before anything is reached. */
  onChange: (diagnostics: Diagnostic[]) => void
  /** Cancels what goes on, and skips the rest. */
  signal: AbortSignal
  limitMs?: number | undefined
}

interface RunOptions {
  /** Which of several with this code; else the one there is. */
  subject?: string
  /** Instead of the standard limit. */
  limitMs?: number
  late?: Late
}

const areaOf = (code: DiagnosticCode): DiagnosticArea => code.split('.')[0] as DiagnosticArea

/** Diagnostics as they go. Within an area one goes on at a time. */
export class Checkup {
  readonly signal: AbortSignal
  readonly #diagnostics: Diagnostic[]
  readonly #onChange: CheckupDeps['onChange']
  readonly #limitMs: number
  readonly #clocks = new Map<DiagnosticArea, PausableTimer>()
  readonly #actions = new Map<string, DoctorAction>()

  constructor(planned: readonly PlannedDiagnostic[], { onChange, signal, limitMs = standardLimitMs }: CheckupDeps) {
    this.signal = signal
    this.#onChange = onChange
    this.#limitMs = limitMs
    this.#diagnostics = planned.map(({ code, subject }) => ({ code, area: areaOf(code), subject, ...untouched }))
    this.#tell()
  }

  get all(): Diagnostic[] {
    return this.#diagnostics.map((it) => ({ ...it }))
  }

  /** `passed`: all was tried, and nothing is blocking. */
  get outcome(): 'passed' | 'failed' {
    const isFine = ({ state, severity }: Diagnostic): boolean => state === 'done' && severity !== 'blocking'
    return this.#diagnostics.every(isFine) ? 'passed' : 'failed'
  }

  /** What stands behind an action that a remedy offers; null where it was not offered. */
  action(id: string): DoctorAction | null {
    return this.#actions.get(id) ?? null
  }

  plans(code: DiagnosticCode): boolean {
    return this.#find(code) !== undefined
  }

  /**
   * Does one diagnostic, with a signal that fires when it has taken too long. What it throws is blocking. Null: it is
   * not part of this checkup, it threw, or the checkup was cancelled.
   */
  async run<T>(
    code: DiagnosticCode,
    work: (signal: AbortSignal) => Promise<CheckResult<T>>,
    { subject, limitMs = this.#limitMs, late }: RunOptions = {},
  ): Promise<{ value: T } | null> {
    const diagnostic = this.#find(code, subject)
    if (diagnostic?.state !== 'waiting') return null
    const limit = new AbortController()
    const limited = AbortSignal.any([this.signal, limit.signal])
    // One a request that is under way, and there may be a dozen.
    setMaxListeners(mostRequests, limited)
    const onLate = (seconds: number): void => limit.abort((late ?? noAnswer(diagnostic.subject))(seconds))
    this.begin(code, diagnostic.subject, onLate, limitMs)
    try {
      const verdict = await unless(limited, work(limited))
      this.finish(code, diagnostic.subject, verdict)
      return { value: verdict.value }
    } catch (error) {
      if (this.signal.aborted) this.skip(code)
      else this.finish(code, diagnostic.subject, failed(null, asMigrateError(error)))
      return null
    }
  }

  /** `onLate` is called when it takes longer than it may. */
  begin(
    code: DiagnosticCode,
    subject: string,
    onLate: (seconds: number) => void,
    limitMs: number = this.#limitMs,
  ): void {
    const diagnostic = this.#find(code, subject)
    if (!diagnostic) return
    const { area } = diagnostic
    this.#clocks.get(area)?.stop()
    this.#clocks.set(area, new PausableTimer(() => onLate(limitMs / 1000), limitMs))
    this.#set(diagnostic, { ...untouched, state: 'begun' })
  }

  finish(code: DiagnosticCode, subject: string, verdict: CheckResult<unknown>): void {
    const diagnostic = this.#find(code, subject)
    if (!diagnostic) return
    for (const { id, action } of verdict.offers) this.#actions.set(id, action)
    const { severity, finding, evidence, error } = verdict
    this.#set(diagnostic, {
      state: 'done',
      severity,
      finding,
      evidence,
      remedy: remedyOf(verdict),
      milliseconds: this.#stop(diagnostic.area),
      error: error && errorData(error),
    })
  }

  /** What goes on in the area has failed, or the next one before it began; what is left of it is skipped. */
  fail(area: DiagnosticArea, error: MigrateError): void {
    const all = this.#diagnostics.filter((it) => it.area === area)
    const at = all.find(({ state }) => state === 'begun') ?? all.find(({ state }) => state === 'waiting')
    if (at) this.finish(at.code, at.subject, failed(null, error))
    this.skip(area)
  }

  /** What of these areas, or of these codes, has not ended is not tried. */
  skip(...what: (DiagnosticArea | DiagnosticCode)[]): void {
    for (const diagnostic of this.#diagnostics) {
      const isMeant = what.includes(diagnostic.area) || what.includes(diagnostic.code)
      if (!isMeant || diagnostic.state === 'done' || diagnostic.state === 'skipped') continue
      if (diagnostic.state === 'begun') this.#stop(diagnostic.area)
      this.#set(diagnostic, { ...untouched, state: 'skipped' })
    }
  }

  /** While a person is asked, the clock of the area stands still. */
  aside<T>(area: DiagnosticArea, ask: () => Promise<T>): Promise<T> {
    return this.#clocks.get(area)?.aside(ask) ?? ask()
  }

  #find(code: DiagnosticCode, subject?: string): Diagnostic | undefined {
    return this.#diagnostics.find((it) => it.code === code && (subject === undefined || it.subject === subject))
  }

  #stop(area: DiagnosticArea): number | null {
    const taken = this.#clocks.get(area)?.stop() ?? null
    this.#clocks.delete(area)
    return taken
  }

  #set(diagnostic: Diagnostic, change: Partial<Diagnostic>): void {
    Object.assign(diagnostic, change)
    this.#tell()
  }

  #tell(): void {
    this.#onChange(this.all)
  }
}

const untouched = {
  state: 'waiting',
  severity: null,
  finding: null,
  evidence: [],
  remedy: null,
  milliseconds: null,
  error: null,
} as const satisfies Partial<Diagnostic>

const noAnswer =
  (subject: string): Late =>
  (seconds) =>
    lateError('NO_ANSWER', subject, seconds)

/** Nothing came within the limit. */
export const lateError = (code: MigrateError['code'], subject: string, seconds: number): MigrateError =>
  new MigrateError(code, { message: `“${subject}” did not answer within ${seconds} seconds.`, subject, scope: 'run' })
