import type { Reached } from './job.ts'
import type { Situation } from './phases.ts'

/** An upload is open, and the journal does not know. */
const leavesStray = ['createUpload after', 'journal multipart-intent before']

/** An upload is open. */
export const leavesOpen = [...leavesStray, 'journal multipart-intent after', 'putPart before', 'putPart after']

/** Early is a phase with so few kills, and so large a share of its files unsent. */
const earlyKills = 4
const mostlyUnsent = 0.6

/** How far a migration has got, from the steps that its workers have reached. */
export class Course {
  readonly #all: number
  readonly #streams: boolean
  readonly #unsent: Set<string>
  readonly #uncommitted: Set<string>
  readonly #large: Set<string>
  #stray = false
  #open = false
  #spoilt = 0
  #freed = false
  #lost = false

  /** Files larger than `largest` are sent in parts, or in one stream. */
  constructor(moving: readonly { key: string; size: number }[], largest: number, streams: boolean) {
    this.#all = moving.length
    this.#streams = streams
    this.#unsent = new Set(moving.map(({ key }) => key))
    this.#uncommitted = new Set(this.#unsent)
    this.#large = new Set(moving.flatMap(({ key, size }) => (size > largest ? [key] : [])))
  }

  /** It has ended. So many local files are lost; or they are put aside, `frees`, before it is rolled back. */
  turnBack(spoilt: number, frees: boolean): void {
    this.#stray = this.#open
    this.#spoilt = spoilt
    this.#freed ||= frees
  }

  /** Objects are gone, a large one among them, and are to be sent again. */
  loseObjects(): void {
    this.#lost = true
  }

  /** Takes in what one session has done. */
  follow(reached: readonly Reached[]): void {
    for (const { at, about } of reached) {
      for (const { key = '' } of about) {
        if (at === 'journal committed after') this.#uncommitted.delete(key)
        if (at !== 'completeUpload after' && at !== 'put after') continue
        this.#unsent.delete(key)
        this.#large.delete(key)
        if (at === 'completeUpload after') this.#lost = false
      }
      if (at === 'place after') this.#spoilt -= 1
      if (at === 'abortUpload after') this.#stray = false
    }
    const last = reached.at(-1)?.at ?? ''
    if (leavesStray.includes(last)) this.#stray = true
    this.#open = leavesOpen.includes(last)
  }

  /** `kills`: those in this phase so far. */
  situation(kills: number): Omit<Situation, 'plans' | 'ending' | 'tries'> {
    return {
      unsent: this.#unsent.size,
      large: this.#large.size,
      early: kills < earlyKills && this.#unsent.size > this.#all * mostlyUnsent,
      uncommitted: this.#uncommitted.size,
      streams: this.#streams,
      stray: this.#stray,
      spoilt: this.#spoilt,
      freed: this.#freed,
      lost: this.#lost,
    }
  }
}
