import type { CheckupOptions, CheckupSnapshot } from '../../shared/diagnostic.ts'
import { MigrateError } from '../engine/errors.ts'
import type { SiteSettings } from '../profiles/settings.ts'
import type { SshAccess } from '../site.ts'
import { checkUp, type CheckupRequest, type CheckupResult } from './checkUp.ts'

interface Current {
  checkupId: string
  cancel: AbortController
}

/** The latest checkup that has ended: its remedies can be carried out. */
interface Latest {
  checkupId: string
  result: CheckupResult
}

export interface DoctorDeps {
  ssh: SshAccess
  onSnapshot: (snapshot: CheckupSnapshot) => void
  /** Another one for tests. */
  open?: CheckupRequest['open']
}

/** Checkups of the window, one at a time: a new one ends the one before it. */
export class Doctor {
  readonly #deps: DoctorDeps
  #current: Current | null = null
  #latest: Latest | null = null

  constructor(deps: DoctorDeps) {
    this.#deps = deps
  }

  /** Resolves when the checkup has ended, however it did. Throws SETTING_*, SSH_CONFIG_INVALID, SSH_PROXY_COMMAND. */
  async start(checkupId: string, settings: Promise<SiteSettings>, options: CheckupOptions): Promise<CheckupSnapshot> {
    this.#current?.cancel.abort(cancelled())
    const { ssh, onSnapshot, open } = this.#deps
    const current = { checkupId, cancel: new AbortController() }
    this.#current = current
    this.#latest = null
    try {
      const result = await checkUp({
        settings: await settings,
        ssh,
        options,
        onChange: (diagnostics) => onSnapshot({ checkupId, outcome: 'running', diagnostics }),
        signal: current.cancel.signal,
        ...(open && { open }),
      })
      const { outcome, diagnostics } = result
      const snapshot: CheckupSnapshot = { checkupId, outcome, diagnostics }
      if (this.#current === current) this.#latest = { checkupId, result }
      onSnapshot(snapshot)
      return snapshot
    } finally {
      if (this.#current === current) this.#current = null
    }
  }

  /** A checkup that has ended meanwhile is passed over. */
  cancel(checkupId: string): void {
    if (this.#current?.checkupId === checkupId) this.#current.cancel.abort(cancelled())
  }

  /** Carries out what a remedy has offered. Throws ACTION_GONE when the checkup is not the latest one. */
  perform(checkupId: string, actionId: string): Promise<{ done: string }> {
    const action = this.#latest?.checkupId === checkupId ? this.#latest.result.action(actionId) : null
    if (!action) return Promise.reject(gone())
    return Promise.resolve({ done: action.kind })
  }
}

const cancelled = (): MigrateError =>
  new MigrateError('INTERRUPTED', { message: 'The checkup was cancelled.', scope: 'run' })

const gone = (): MigrateError =>
  new MigrateError('ACTION_GONE', { message: 'What it was offered for may be gone by now.', scope: 'run' })
