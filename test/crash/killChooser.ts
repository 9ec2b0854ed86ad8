import type { Random } from '../../src/sandbox/documents/random.ts'
import { leavesOpen } from './course.ts'
import { anyInstant, nameOf } from './figures.ts'
import { steps, type PhaseName, type Situation, type Step } from './phases.ts'
import type { Kill } from './session.ts'

/** Of so many kills one comes at a random instant; the others at the step that has had the fewest. */
const instantsOneIn = 4
/** Of so many workers that are to die at a step one is asked to stop there instead. */
const stopsOneIn = 6
/** A step that was aimed at and not reached counts for so many kills: others come first. */
const missCounts = 0.5
/** So many kills at a step that is seldom possible are enough. */
const enoughRare = 3
/** How long a session may take before any has shown it. */
const firstSpanMs = 1500

/** Decides where the next worker dies. */
export class KillChooser {
  /** By phase and step. */
  readonly kills = new Map<string, number>()
  readonly #random: Random
  /** By step, and by phase and step: kills and misses. */
  readonly #tries = new Map<string, number>()
  readonly #spans = new Map<PhaseName, number>()

  constructor(random: Random) {
    this.#random = random
  }

  /** `toLeave`: it is the last session of a run that is given up, and best leaves an upload open. */
  choose(phase: PhaseName, now: Situation, toLeave: boolean): Kill {
    if (!now.ending && !toLeave && this.#random.integer(1, instantsOneIn) === 1) {
      return { afterMs: this.#random.integer(0, Math.round(this.#spans.get(phase) ?? firstSpanMs)) }
    }
    const possible = steps.filter((step) => step.phases.includes(phase) && step.when(now))
    const preferred = [
      possible.filter(({ isLast }) => now.ending && isLast),
      possible.filter(({ at }) => toLeave && leavesOpen.includes(at)),
      possible.filter((step) => step.isRare && this.#score(phase, step) < enoughRare),
      possible,
    ]
    const candidates = preferred.find((some) => some.length > 0) ?? possible
    const fewest = Math.min(...candidates.map((step) => this.#score(phase, step)))
    const { at, upTo } = this.#random.pick(candidates.filter((step) => this.#score(phase, step) === fewest))
    const stops = !now.ending && !toLeave && this.#random.integer(1, stopsOneIn) === 1
    return { at, nth: this.#random.integer(1, upTo), how: stops ? 'stops' : 'dies' }
  }

  /** What counts is how often it was tried in all phases; among equals, in this one. */
  #score(phase: PhaseName, { at }: Step): number {
    return (this.#tries.get(at) ?? 0) + (this.#tries.get(nameOf(phase, at)) ?? 0) / 100
  }

  /** What became of a choice. */
  learn(phase: PhaseName, kill: Kill, { wasKilled, ms }: { wasKilled: boolean; ms: number }): void {
    if (!wasKilled) this.#spans.set(phase, ms)
    const at = 'at' in kill ? kill.at : anyInstant
    const name = nameOf(phase, at)
    for (const tried of [at, name]) add(this.#tries, tried, wasKilled ? 1 : missCounts)
    if (wasKilled) add(this.kills, name, 1)
  }
}

const add = (counts: Map<string, number>, name: string, more: number): void =>
  void counts.set(name, (counts.get(name) ?? 0) + more)
