import type { TestSnapshot, TestStep } from '../../shared/connectionTest.ts'
import { MigrateError } from '../engine/errors.ts'
import type { SiteSettings } from '../profiles/settings.ts'
import type { SshAccess } from '../site.ts'
import { testConnection, type TestRequest } from './connectionTest.ts'

interface Current {
  testId: string
  cancel: AbortController
}

/** Tests of the window, one at a time: a new one ends the one before it. */
export class ConnectionTester {
  readonly #ssh: SshAccess
  readonly #onSnapshot: (snapshot: TestSnapshot) => void
  readonly #open: TestRequest['open']
  #current: Current | null = null

  constructor(ssh: SshAccess, onSnapshot: (snapshot: TestSnapshot) => void, open?: TestRequest['open']) {
    this.#ssh = ssh
    this.#onSnapshot = onSnapshot
    this.#open = open
  }

  /** Resolves when the test has ended, however it did. Throws SETTING_*, SSH_CONFIG_INVALID, SSH_PROXY_COMMAND. */
  async test(testId: string, settings: Promise<SiteSettings>): Promise<TestSnapshot> {
    this.#current?.cancel.abort(cancelled())
    const current = { testId, cancel: new AbortController() }
    this.#current = current
    try {
      const result = await testConnection({
        settings: await settings,
        ssh: this.#ssh,
        onSteps: (steps: TestStep[]) => this.#onSnapshot({ testId, outcome: 'running', steps }),
        signal: current.cancel.signal,
        ...(this.#open && { open: this.#open }),
      })
      const snapshot: TestSnapshot = { testId, ...result }
      this.#onSnapshot(snapshot)
      return snapshot
    } finally {
      if (this.#current === current) this.#current = null
    }
  }

  /** A test that has ended meanwhile is passed over. */
  cancel(testId: string): void {
    if (this.#current?.testId === testId) this.#current.cancel.abort(cancelled())
  }
}

const cancelled = (): MigrateError =>
  new MigrateError('INTERRUPTED', { message: 'The test was cancelled.', scope: 'run' })
