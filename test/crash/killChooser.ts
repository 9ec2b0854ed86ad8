import type { Random } from '../../src/sandbox/documents/random.ts'
import { anyInstant, nameOf } from './figures.ts'
import type { Reached } from './job.ts'
import { steps, type PhaseName, type Situation, type Step } from './phases.ts'
import type { Kill } from './session.ts'

/** Of so many kills one comes at a random instant; the others at the step that has had the fewest. */
const instantsOneIn = 4
/** A step that was aimed at and not reached counts for so many kills: others come first. */
const missCounts = 0.5
/** So many kills at a step that is seldom possible are enough. */
const enoughRare = 4
/** So large a share of the files. */
const mostlyUnsent = 0.6
/** How long a session may take before any has shown it. */
const firstSpanMs = 1500

/** An upload is open, and the journal does not know. */
const leavesStray = ['createUpload after', 'journal multipart-intent before']
/** An upload is open. */
const leavesOpen = [...leavesStray, 'journal multipart-intent after', 'putPart before', 'putPart after']

/** Decides where the next worker dies, from what the ones before it have done. */
export class KillChooser {
  readonly #random: Random
  /** By phase and step: what there is to even out. */
  readonly kills = new Map<string, number>()
  readonly #misses = new Map<string, number>()
  readonly #spans = new Map<PhaseName, number>()
  #all = 0
  #unsent = new Set<string>()
  #uncommitted = new Set<string>()
  #largeKeys = new Set<string>()
  #streams = false
  #stray = false
  #open = false
  #spoilt = 0
  #freed = false

  constructor(random: Random) {
    this.#random = random
  }

  /** A migration of these objects is about to begin; those larger than `largest` are sent in parts, or in one stream. */
  begin(moving: readonly { key: string; size: number }[], largest: number, streams: boolean): void {
    this.#unsent = new Set(moving.map(({ key }) => key))
    this.#all = this.#unsent.size
    this.#uncommitted = new Set(this.#unsent)
    this.#largeKeys = new Set(moving.flatMap(({ key, size }) => (size > largest ? [key] : [])))
    this.#streams = streams
    this.#stray = false
    this.#open = false
    this.#spoilt = 0
    this.#freed = false
  }

  /** It has ended. So many local files are lost; or they are put aside, `frees`, before it is rolled back. */
  turnBack(spoilt: number, frees: boolean): void {
    this.#stray = this.#open
    this.#spoilt = spoilt
    this.#freed ||= frees
  }

  /** `toLeave`: it is the last session of a run that is given up, and best leaves an upload open. */
  choose(phase: PhaseName, { plans, ending }: Pick<Situation, 'plans' | 'ending'>, toLeave: boolean): Kill {
    if (!ending && !toLeave && this.#random.integer(1, instantsOneIn) === 1) {
      return { afterMs: this.#random.integer(0, Math.round(this.#spans.get(phase) ?? firstSpanMs)) }
    }
    const now: Situation = {
      plans,
      ending,
      unsent: this.#unsent.size,
      large: this.#largeKeys.size,
      early: !toLeave && this.#unsent.size > this.#all * mostlyUnsent,
      uncommitted: this.#uncommitted.size,
      streams: this.#streams,
      stray: this.#stray,
      spoilt: this.#spoilt,
      freed: this.#freed,
    }
    const possible = steps.filter((step) => step.phases.includes(phase) && step.when(now))
    const preferred = [
      possible.filter(({ isLast }) => ending && isLast),
      possible.filter(({ at }) => toLeave && leavesOpen.includes(at)),
      possible.filter((step) => step.isRare && this.#score(phase, step) < enoughRare),
      possible,
    ]
    const candidates = preferred.find((some) => some.length > 0) ?? possible
    const fewest = Math.min(...candidates.map((step) => this.#score(phase, step)))
    const { at, upTo } = this.#random.pick(candidates.filter((step) => this.#score(phase, step) === fewest))
    return { at, nth: this.#random.integer(1, upTo) }
  }

  #score(phase: PhaseName, { at }: Step): number {
    const name = nameOf(phase, at)
    return (this.kills.get(name) ?? 0) + (this.#misses.get(name) ?? 0) * missCounts
  }

  /** What became of the last choice. */
  learn(phase: PhaseName, kill: Kill | null, { wasKilled, ms, reached }: Outcome): void {
    for (const { at, about } of reached) {
      for (const { key = '' } of about) {
        if (at === 'journal committed after') this.#uncommitted.delete(key)
        if (at !== 'completeUpload after' && at !== 'put after') continue
        this.#unsent.delete(key)
        this.#largeKeys.delete(key)
      }
      if (at === 'place after') this.#spoilt -= 1
      if (at === 'abortUpload after') this.#stray = false
    }
    const lastAt = reached.at(-1)?.at ?? ''
    if (leavesStray.includes(lastAt)) this.#stray = true
    this.#open = leavesOpen.includes(lastAt)
    if (!wasKilled) this.#spans.set(phase, ms)
    if (kill === null) return
    const name = nameOf(phase, 'at' in kill ? kill.at : anyInstant)
    const counted = wasKilled ? this.kills : this.#misses
    counted.set(name, (counted.get(name) ?? 0) + 1)
  }
}

interface Outcome {
  wasKilled: boolean
  ms: number
  reached: readonly Reached[]
}
