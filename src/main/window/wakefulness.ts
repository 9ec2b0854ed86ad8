import type { PowerSaveBlocker } from 'electron'

/** Keeps the computer from falling asleep by itself while something is under way; its screen may go dark. */
export class Wakefulness {
  readonly #blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>
  #id: number | null = null

  constructor(blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>) {
    this.#blocker = blocker
  }

  /** May be called as often as one likes. */
  keep(awake: boolean): void {
    if (awake) this.#id ??= this.#blocker.start('prevent-app-suspension')
    else if (this.#id !== null) {
      this.#blocker.stop(this.#id)
      this.#id = null
    }
  }
}
