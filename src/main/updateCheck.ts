import { isLater, type Release } from './adapters/releases.ts'

export interface UpdateCheckDeps {
  /** Our own version. */
  version: string
  latest: () => Promise<Release>
  /** Whether it may ask by itself. */
  allowed: () => boolean
  /** Whether something is under way that nobody should be torn from. */
  busy: () => boolean
  offer: (release: Release) => Promise<void>
  sayNone: () => Promise<void>
  sayUnknown: (why: string) => Promise<void>
}

const dayMs = 24 * 3600 * 1_000

/** Finds out whether there is a later version: when somebody asks, and once a day if that was chosen. It downloads nothing. */
export class UpdateCheck {
  readonly #deps: UpdateCheckDeps
  #offered = ''

  constructor(deps: UpdateCheckDeps) {
    this.#deps = deps
  }

  /** Somebody asks. */
  async ask(): Promise<void> {
    const { latest, version, offer, sayNone, sayUnknown } = this.#deps
    let release: Release
    try {
      release = await latest()
    } catch (error) {
      await sayUnknown(error instanceof Error ? error.message : String(error))
      return
    }
    await (isLater(release.version, version) ? offer(release) : sayNone())
  }

  /** The time has come: offers a later version once, and is silent about anything else. */
  async tick(): Promise<void> {
    const { allowed, busy, latest, version, offer } = this.#deps
    if (!allowed() || busy()) return
    const release = await latest().catch(() => null)
    if (!release || release.version === this.#offered || !isLater(release.version, version) || busy()) return
    this.#offered = release.version
    await offer(release)
  }

  /** Ticks now and every day. */
  start(): void {
    setInterval(() => void this.tick(), dayMs).unref()
    void this.tick()
  }
}
