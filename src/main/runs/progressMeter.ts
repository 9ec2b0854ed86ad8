import type { ErrorData } from '../../shared/errors.ts'
import {
  noTotals,
  type ActiveFile,
  type ItemCounts,
  type LogLine,
  type Phase,
  type PlanTotals,
  type RunSnapshot,
} from '../../shared/run.ts'
import type { RunKind } from '../../shared/runKind.ts'
import type { Progress } from '../engine/progress.ts'
import { ThroughputLog } from './throughput.ts'

const windowMs = 30_000
/** Before this much is known, a rate would be a guess. */
const leastMs = 3_000
const logLines = 200

/** Phases that take long enough for a rate. */
const measured = ['copy', 'rollback', 'free', 'verify'] as const
type Measured = (typeof measured)[number]
const isMeasured = (phase: Phase): phase is Measured => measured.some((one) => one === phase)
/** All bytes of a file are moved or read back, and the plan has counted them. */
const countsBytes = (phase: Phase): boolean => phase === 'copy' || phase === 'free'

/** What others know of a run; its pace only while it is carried out. */
type RunUnderWay = Pick<RunSnapshot, 'runId' | 'profileId' | 'kind' | 'activity' | 'status' | 'stopping'> &
  Partial<Pick<RunSnapshot, 'pause' | 'pace' | 'parallelNow'>>

/** Of one file: how far it was at times, the oldest first. */
type FileUnderWay = Omit<ActiveFile, 'bytesPerSecond'> & { marks: { at: number; bytes: number }[] }

const markEveryMs = 500
/** Some five seconds. */
const marksKept = 10

function rateOf(marks: FileUnderWay['marks'], bytes: number, now: number): number | null {
  const [first] = marks
  if (!first || now - first.at < markEveryMs) return null
  return (Math.max(0, bytes - first.bytes) * 1000) / (now - first.at)
}

interface Sample {
  at: number
  bytes: number
  items: number
}

/** Adds up what the engine tells, so that anyone can ask how things stand, at any pace. */
export class ProgressMeter implements Progress {
  readonly #now: () => number
  readonly #startedAt: number
  readonly #throughput: ThroughputLog
  readonly #active = new Map<number, FileUnderWay>()
  readonly #log: LogLine[] = []
  #logged = 0
  #samples: Sample[] = []
  #phase: Phase = 'check'
  #totals: PlanTotals = { ...noTotals }
  #committed = 0
  #failed = 0
  #restored = 0
  #freed = 0
  #copied = 0
  #bytesEnded = 0
  #bytesFailed = 0
  #error: ErrorData | null = null
  #pausedAt: number | null = null
  #pausedMs = 0

  constructor(now: () => number = Date.now) {
    this.#now = now
    this.#startedAt = now()
    this.#throughput = new ThroughputLog(this.#startedAt)
  }

  phase(phase: Phase): void {
    this.#phase = phase
    this.#samples = []
  }

  planned(more: Omit<PlanTotals, 'items'>): void {
    this.#totals = {
      documents: this.#totals.documents + more.documents,
      items: this.#totals.items + more.move + more.skip + more.blocked,
      move: this.#totals.move + more.move,
      skip: this.#totals.skip + more.skip,
      blocked: this.#totals.blocked + more.blocked,
      bytes: this.#totals.bytes + more.bytes,
    }
  }

  resumed(counts: ItemCounts, bytes: number): void {
    const { blocked } = this.#totals
    this.#committed = counts.committed + counts.restored
    this.#restored = counts.restored
    this.#freed = counts.freed
    this.#failed = counts.failed - blocked
    this.#bytesEnded = bytes
    this.#throughput.startAt(bytes, this.#itemsEver)
  }

  fileStarted(seq: number, filename: string, size: number): void {
    this.#active.set(seq, { seq, filename, bytes: 0, size, marks: [{ at: this.#now(), bytes: 0 }] })
  }

  fileMoved(seq: number, bytes: number): void {
    const file = this.#active.get(seq)
    if (!file) return
    file.bytes = bytes
    const now = this.#now()
    if (now - (file.marks.at(-1)?.at ?? 0) >= markEveryMs)
      file.marks = [...file.marks.slice(1 - marksKept), { at: now, bytes }]
  }

  fileEnded(seq: number, outcome: 'verified' | 'failed', size: number): void {
    this.#active.delete(seq)
    if (outcome === 'failed') {
      this.#bytesFailed += size
      return
    }
    this.#copied += 1
    this.#bytesEnded += size
  }

  outcomes(counts: { committed?: number; failed?: number; restored?: number; freed?: number }): void {
    this.#committed += counts.committed ?? 0
    this.#failed += counts.failed ?? 0
    this.#restored += counts.restored ?? 0
    this.#freed += counts.freed ?? 0
  }

  log(level: LogLine['level'], text: string): void {
    this.#log.push({ at: this.#now(), level, text })
    this.#logged += 1
    if (this.#log.length > logLines) this.#log.shift()
  }

  failed(error: ErrorData): void {
    this.#error = error
  }

  /** Rates of before a pause say nothing about those after it, and the time of a pause is not counted. */
  paused(isPaused: boolean): void {
    const now = this.#now()
    this.#samples = []
    if (isPaused) this.#pausedAt ??= now
    else if (this.#pausedAt !== null) {
      this.#pausedMs += now - this.#pausedAt
      this.#pausedAt = null
    }
  }

  /** Log lines after the first `seen` of them, and how many of those are no longer kept. */
  logAfter(seen: number): { lines: LogLine[]; missed: number; seen: number } {
    const fresh = this.#logged - seen
    const lines = fresh > 0 ? this.#log.slice(-fresh) : []
    return { lines, missed: fresh - lines.length, seen: this.#logged }
  }

  /** How things stand now. Rates come from what moved in the last 30 s. */
  snapshot(run: RunUnderWay, logTail = 50): RunSnapshot {
    const bytesDone = this.#bytesEnded + [...this.#active.values()].reduce((sum, file) => sum + file.bytes, 0)
    const bytesTotal = this.#totals.bytes - this.#bytesFailed
    const failed = this.#totals.blocked + this.#failed
    // What is rolled back was committed before, by this run or by the one that it undoes.
    const committed = Math.max(0, this.#committed - this.#restored)
    const done = Math.max(this.#committed, this.#restored) + this.#freed
    const remaining = Math.max(0, this.#totals.move - done - this.#failed)
    const now = this.#now()
    this.#throughput.record(now, bytesDone, this.#itemsEver)
    const rates = this.#pausedAt === null ? this.#rates(bytesDone) : null
    const byBytes = countsBytes(this.#phase)
    const itemsLeft = this.#itemsLeft(run.kind, committed, remaining)
    return {
      pause: null,
      pace: null,
      parallelNow: 0,
      ...run,
      phase: this.#phase,
      counts: {
        planned: this.#totals.items,
        committed,
        failed,
        skipped: this.#totals.skip,
        restored: this.#restored,
        freed: this.#freed,
        remaining,
      },
      documents: this.#totals.documents,
      copied: this.#copied,
      bytesDone,
      bytesTotal,
      bytesPerSecond: byBytes && rates ? rates.bytes : null,
      itemsPerSecond: rates?.items ?? null,
      secondsLeft: rates && secondsLeft(rates, byBytes ? bytesTotal - bytesDone : 0, itemsLeft),
      seconds: ((this.#pausedAt ?? now) - this.#startedAt - this.#pausedMs) / 1000,
      throughput: this.#throughput.read(),
      active: [...this.#active.values()].map(({ marks, ...file }) => ({
        ...file,
        bytesPerSecond: this.#pausedAt === null ? rateOf(marks, file.bytes, now) : null,
      })),
      log: this.#log.slice(-logTail),
      error: this.#error,
    }
  }

  /** Files that the present phase has done. */
  #itemsDone(phase: Measured): number {
    switch (phase) {
      case 'copy':
      case 'verify':
        return this.#copied
      case 'rollback':
        return this.#restored
      case 'free':
        return this.#freed
    }
  }

  /** Files done in any phase. */
  get #itemsEver(): number {
    return this.#copied + this.#restored + this.#freed
  }

  #itemsLeft(kind: RunKind, committed: number, remaining: number): number {
    // A comparison has no outcomes.
    if (this.#phase === 'verify') return this.#totals.move - this.#copied
    // A migration that rolls itself back has as much before it as it has committed.
    return this.#phase === 'rollback' && kind === 'migrate' ? committed : remaining
  }

  #rates(bytes: number): { bytes: number; items: number } | null {
    if (!isMeasured(this.#phase)) return null
    const items = this.#itemsDone(this.#phase)
    const now = this.#now()
    const last = this.#samples.at(-1)
    if (!last || now - last.at >= 500) this.#samples.push({ at: now, bytes, items })
    this.#samples = this.#samples.filter((sample) => now - sample.at <= windowMs)
    const first = this.#samples[0]
    if (!first || now - first.at < leastMs) return null
    const seconds = (now - first.at) / 1000
    return { bytes: Math.max(0, bytes - first.bytes) / seconds, items: (items - first.items) / seconds }
  }
}

/** Bytes and files overlap: the slower of the two decides. Null while nothing moves. */
function secondsLeft(rates: { bytes: number; items: number }, bytes: number, items: number): number | null {
  if (items <= 0) return 0
  const byBytes = bytes > 0 ? bytes / rates.bytes : 0
  const byItems = items / rates.items
  // Large files end rarely: then only the bytes tell, where there are any.
  const seconds = Number.isFinite(byItems) || bytes <= 0 ? Math.max(byBytes, byItems) : byBytes
  return Number.isFinite(seconds) ? seconds : null
}
