import type { TestPart, TestStep, TestStepKind } from '../../shared/connectionTest.ts'
import { asMigrateError, errorData, type MigrateError } from '../engine/errors.ts'

export type PlannedStep = Pick<TestStep, 'part' | 'kind' | 'subject'>

/** What a step came to, and what is said of it. */
export interface StepResult<T> {
  value: T
  detail: string | null
}

/** The steps of a test as they go. Within a part one goes on at a time. */
export class TestSteps {
  readonly #steps: TestStep[]
  readonly #onChange: (steps: TestStep[]) => void
  readonly #limitMs: number
  readonly #clocks = new Map<TestPart, StepClock>()

  constructor(planned: readonly PlannedStep[], onChange: (steps: TestStep[]) => void, limitMs: number) {
    this.#steps = planned.map((it) => ({ ...it, state: 'waiting', detail: null, milliseconds: null, error: null }))
    this.#onChange = onChange
    this.#limitMs = limitMs
    this.#tell()
  }

  get all(): TestStep[] {
    return this.#steps.map((step) => ({ ...step }))
  }

  get outcome(): 'passed' | 'failed' {
    return this.#steps.every(({ state }) => state === 'done') ? 'passed' : 'failed'
  }

  /** `onLate` is called when it takes longer than a step may. */
  begin(part: TestPart, kind: TestStepKind, subject: string, onLate: (seconds: number) => void): void {
    const step = this.#find(part, kind, subject)
    if (!step) return
    this.#clocks.get(part)?.stop()
    this.#clocks.set(part, new StepClock(this.#limitMs, () => onLate(this.#limitMs / 1000)))
    this.#set(step, { state: 'begun', detail: null, milliseconds: null, error: null })
  }

  finish(part: TestPart, kind: TestStepKind, subject: string, detail: string | null): void {
    const step = this.#find(part, kind, subject)
    if (step) this.#set(step, { state: 'done', detail, milliseconds: this.#stop(part) })
  }

  /** The step that goes on has failed, or the next one before it began; what is left of the part is skipped. */
  fail(part: TestPart, error: MigrateError): void {
    const steps = this.#steps.filter((it) => it.part === part)
    const failed = steps.find(({ state }) => state === 'begun') ?? steps.find(({ state }) => state === 'waiting')
    if (failed) this.#set(failed, { state: 'failed', milliseconds: this.#stop(part), error: errorData(error) })
    this.skip(part)
  }

  /** What of these parts has not ended is not tried. */
  skip(...parts: TestPart[]): void {
    for (const part of parts) this.#stop(part)
    for (const step of this.#steps) {
      if (!parts.includes(step.part) || (step.state !== 'waiting' && step.state !== 'begun')) continue
      this.#set(step, { state: 'skipped', milliseconds: null })
    }
  }

  /**
   * Does one step, with a signal that fires when it has taken too long. Null: it failed, or the test was cancelled, and
   * the rest of its part is skipped.
   */
  async run<T>(
    { part, kind, subject }: PlannedStep,
    late: (seconds: number) => MigrateError,
    signal: AbortSignal,
    work: (limited: AbortSignal) => Promise<StepResult<T>>,
  ): Promise<StepResult<T> | null> {
    const limit = new AbortController()
    const limited = AbortSignal.any([signal, limit.signal])
    this.begin(part, kind, subject, (seconds) => limit.abort(late(seconds)))
    try {
      const result = await unless(limited, work(limited))
      this.finish(part, kind, subject, result.detail)
      return result
    } catch (error) {
      if (signal.aborted) this.skip(part)
      else this.fail(part, asMigrateError(error))
      return null
    }
  }

  /** While a person is asked, the clock of the step stands still. */
  async aside<T>(part: TestPart, ask: () => Promise<T>): Promise<T> {
    const clock = this.#clocks.get(part)
    clock?.pause()
    try {
      return await ask()
    } finally {
      clock?.goOn()
    }
  }

  #find(part: TestPart, kind: TestStepKind, subject: string): TestStep | undefined {
    return this.#steps.find((it) => it.part === part && it.kind === kind && it.subject === subject)
  }

  #stop(part: TestPart): number | null {
    const taken = this.#clocks.get(part)?.stop() ?? null
    this.#clocks.delete(part)
    return taken
  }

  #set(step: TestStep, change: Partial<TestStep>): void {
    Object.assign(step, change)
    this.#tell()
  }

  #tell(): void {
    this.#onChange(this.all)
  }
}

/** Measures a step and tells when it takes too long; pauses do not count. */
class StepClock {
  readonly #onLate: () => void
  #left: number
  #taken = 0
  /** Null while it stands still. */
  #since: number | null = null
  #timer: NodeJS.Timeout | undefined
  #pauses = 0

  constructor(limitMs: number, onLate: () => void) {
    this.#left = limitMs
    this.#onLate = onLate
    this.#start()
  }

  pause(): void {
    this.#pauses += 1
    this.#halt()
  }

  goOn(): void {
    this.#pauses -= 1
    if (this.#pauses === 0) this.#start()
  }

  /** Milliseconds that it took. */
  stop(): number {
    this.#halt()
    this.#pauses = Infinity
    return this.#taken
  }

  #start(): void {
    this.#since = Date.now()
    this.#timer = setTimeout(this.#onLate, this.#left)
  }

  #halt(): void {
    clearTimeout(this.#timer)
    if (this.#since === null) return
    const passed = Date.now() - this.#since
    this.#since = null
    this.#taken += passed
    this.#left -= passed
  }
}

/** The promise, unless the signal fires before it; then the signal's reason. */
export function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(asMigrateError(signal.reason))
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
