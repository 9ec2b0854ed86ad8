import type { ErrorData } from './errors.ts'

/** The parts of a connection, in the order in which they are tested. The bucket is tested meanwhile. */
export const testParts = ['server', 'database', 'uploads', 'bucket'] as const
export type TestPart = (typeof testParts)[number]

/** What is done at one step. Those of a server: see SshStep; of a later hop `forward` stands for `name` and `tcp`. */
export type TestStepKind =
  'name' | 'tcp' | 'forward' | 'host key' | 'login' | 'connect' | 'tables' | 'folder' | 'reach' | 'list'

/** `skipped`: not tried, since something before it failed or the test was cancelled. */
export type TestStepState = 'waiting' | 'begun' | 'done' | 'failed' | 'skipped'

export interface TestStep {
  part: TestPart
  kind: TestStepKind
  /** What is reached: one server on the way, the database, the folder, the bucket. */
  subject: string
  state: TestStepState
  /** e.g. the address that a name stands for, the fingerprint, the version. */
  detail: string | null
  /** How long it took; null while it is not known. Time in which a person was asked does not count. */
  milliseconds: number | null
  error: ErrorData | null
}

export type TestOutcome = 'running' | 'passed' | 'failed' | 'cancelled'

/** How a test stands; the same steps from its beginning to its end. */
export interface TestSnapshot {
  testId: string
  outcome: TestOutcome
  steps: TestStep[]
}
