import { createStore, type StoreApi } from 'zustand/vanilla'
import type { CheckupSnapshot } from '../../shared/diagnostic.ts'
import type { ErrorData } from '../../shared/errors.ts'
import type { ProfileDraft, SecretChanges } from '../../shared/profile.ts'
import type { Api } from '../api.ts'

/** What is tested: settings as they stand, saved or not. */
export interface TestSubject {
  profileId: string | null
  draft: ProfileDraft
  secrets: SecretChanges
}

export interface ConnectionTestState {
  /** What the test is of, so that a change is seen: anything that is the same as long as the settings are. */
  subject: unknown
  /** An answer is awaited. */
  running: boolean
  snapshot: CheckupSnapshot | null
  /** Connections whose latest test as they are kept has passed since the program was started. */
  passed: string[]
  /** Why the test could not begin. */
  error: ErrorData | null
  /** Follows what the main process tells of tests; the returned function ends that. */
  listen: () => () => void
  /** Tests; a test that goes on is ended. Resolves when it has ended. */
  start: (subject: unknown, test: TestSubject) => Promise<void>
  /** Shows why there is nothing to test. */
  refuse: (subject: unknown, error: ErrorData) => void
  cancel: () => Promise<void>
  forget: () => void
}

/** The test of a connection: one at a time. */
export function createConnectionTestStore(
  api: { connection: Api['connection']; on: Api['on'] },
  newId: () => string = () => crypto.randomUUID(),
): StoreApi<ConnectionTestState> {
  let testId: string | null = null
  return createStore<ConnectionTestState>((set, get) => ({
    subject: null,
    running: false,
    snapshot: null,
    passed: [],
    error: null,
    listen: () =>
      api.on('connection.tested', (snapshot) => {
        if (snapshot.checkupId === testId) set({ snapshot })
      }),
    async start(subject, { profileId, draft, secrets }) {
      const own = newId()
      testId = own
      set({ subject, running: true, snapshot: null, error: null })
      const reply = await api.connection.test(own, profileId, draft, secrets)
      if (testId !== own) return
      // What is in the editor is tested under another subject.
      const kept = subject === profileId && profileId !== null ? profileId : null
      const others = get().passed.filter((id) => id !== kept)
      const isPassed = kept !== null && reply.ok && reply.value.outcome === 'passed'
      set({ passed: isPassed ? [...others, kept] : others })
      if (reply.ok) set({ running: false, snapshot: reply.value })
      else set({ running: false, error: reply.error })
    },
    refuse(subject, error) {
      testId = null
      set({ subject, running: false, snapshot: null, error })
    },
    async cancel() {
      if (testId !== null) await api.connection.cancel(testId)
    },
    forget() {
      const own = testId
      testId = null
      set({ subject: null, running: false, snapshot: null, error: null })
      if (own !== null) void api.connection.cancel(own)
    },
  }))
}
