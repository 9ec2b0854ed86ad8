import { type ErrorCode, type ErrorData, errorCatalogue } from '../../../src/shared/errors.ts'
import type { IpcReply, ReadurApi } from '../../../src/shared/ipc.ts'
import type { ProfileSummary } from '../../../src/shared/profile.ts'
import {
  defaultMigrateOptions,
  type ItemPage,
  type ItemView,
  type ProblemGroup,
  type RunDetails,
  type RunSnapshot,
} from '../../../src/shared/run.ts'

export const profile: ProfileSummary = {
  id: 'sandbox',
  name: 'Sandbox',
  database: '127.0.0.1:54321/readur',
  uploads: '/home/ada/.local/share/readur-migrate/sandbox/uploads',
  bucket: 'readur-documents',
  endpoint: 'http://127.0.0.1:9000',
  source: 'Sandbox',
  problem: null,
  server: null,
}

export function errorOf(code: ErrorCode, message: string, more: Partial<ErrorData> = {}): ErrorData {
  const { title, remedy } = errorCatalogue[code]
  return { code, title, remedy, message, causes: [], ...more }
}

const counts = { planned: 318, committed: 0, failed: 12, skipped: 6, restored: 0, freed: 0, remaining: 300 }

export const planned: RunDetails = {
  runId: 'run-1',
  kind: 'migrate',
  parent: null,
  status: 'planned',
  createdAt: Date.UTC(2025, 10, 22, 8, 19),
  finishedAt: null,
  seconds: null,
  profileId: 'sandbox',
  profile: 'Sandbox',
  database: profile.database,
  bucket: profile.bucket,
  documents: 312,
  bytes: 0,
  ...counts,
  totals: { documents: 312, items: 318, move: 300, skip: 6, blocked: 12, bytes: 163_412_345 },
  estimate: { seconds: 25, basis: 'assumption' },
  options: null,
  planOptions: {},
  stateFile: null,
  error: null,
}

export const finished: RunDetails = {
  ...planned,
  status: 'completed with failures',
  finishedAt: planned.createdAt + 241_000,
  seconds: 41.3,
  committed: 298,
  failed: 14,
  remaining: 0,
  bytes: 162_900_000,
  options: defaultMigrateOptions,
  stateFile: '/home/ada/.local/share/readur-migrate/state/migration_state_20251122_081941.json',
}

export const snapshot: RunSnapshot = {
  runId: 'run-1',
  profileId: 'sandbox',
  status: 'running',
  phase: 'copy',
  stopping: null,
  counts: { ...counts, committed: 100, remaining: 200 },
  documents: 312,
  copied: 143,
  bytesDone: 45_200_000,
  bytesTotal: 163_412_345,
  bytesPerSecond: 12_300_000,
  itemsPerSecond: 48,
  secondsLeft: null,
  seconds: 41,
  active: [{ seq: 7, filename: 'scan.pdf', bytes: 500_000, size: 2_000_000 }],
  log: [{ at: planned.createdAt, level: 'info', text: 'Copying 300 files.' }],
  error: null,
}

export function groupOf(code: ErrorCode, kind: ProblemGroup['kind'], count: number): ProblemGroup {
  const { title, remedy } = errorCatalogue[code]
  const examples = Array.from({ length: Math.min(count, 5) }, (_, index) => ({
    documentId: `0b5c7a52-0000-4000-8000-00000000000${index}`,
    filename: `invoice ${index + 1}.pdf`,
    path: `/app/uploads/documents/0b5c7a52-0000-4000-8000-00000000000${index}.pdf`,
    message: `${title}: example ${index + 1}`,
  }))
  return { code, title, remedy, kind, count, examples }
}

export const problems: ProblemGroup[] = [
  groupOf('ALREADY_ON_S3', 'skipped', 6),
  groupOf('FILE_MISSING', 'failed', 9),
  groupOf('PATH_OUTSIDE', 'failed', 3),
  groupOf('FILE_SHARED', 'note', 2),
]

export function itemOf(seq: number, more: Partial<ItemView> = {}): ItemView {
  return {
    seq,
    kind: 'document',
    documentId: `id-${seq}`,
    rowId: `id-${seq}`,
    filename: `file ${seq}.pdf`,
    path: `./uploads/documents/id-${seq}.pdf`,
    key: `documents/user/2025/11/id-${seq}.pdf`,
    size: 120_000,
    state: 'committed',
    code: null,
    message: null,
    ...more,
  }
}

/** Pages over items 1 to `total`, as the main process answers them. */
export function pageOf(total: number, after: number, limit: number): ItemPage {
  const items = Array.from({ length: Math.max(0, Math.min(limit, total - after)) }, (_, n) => itemOf(after + n + 1))
  const last = items.at(-1)?.seq ?? 0
  return { items, next: last < total ? last : null }
}

/** A main process that keeps a list of what it was asked, and answers with what the test puts into `answers`. */
export interface FakeMain {
  api: ReadurApi
  calls: [channel: string, ...args: unknown[]][]
  answers: { [T in Exclude<keyof ReadurApi, 'events'>]: ReadurApi[T] }
  emit: (snapshot: RunSnapshot) => void
  listeners: () => number
}

const ok = <T>(value: T): Promise<IpcReply<T>> => Promise.resolve({ ok: true, value })

export const refuse = (error: ErrorData): Promise<IpcReply<never>> => Promise.resolve({ ok: false, error })

export { ok as answer }

export function fakeMain(): FakeMain {
  const calls: FakeMain['calls'] = []
  const listeners = new Set<(snapshot: RunSnapshot) => void>()
  const answers: FakeMain['answers'] = {
    app: { info: () => ok({ version: '0.1.0', dataDir: '/data', runtime: 'test' }) },
    profiles: { list: () => ok([profile]) },
    runs: {
      plan: () => ok({ runId: 'run-1' }),
      start: () => ok(null),
      stop: () => ok(null),
      current: () => ok(null),
      list: () => ok({ runs: [], next: null }),
      get: () => ok(planned),
      items: (_runId, query) => ok(pageOf(45, query.after, query.limit)),
      problems: () => ok(problems),
      export: () => ok({ path: '/data/state.json' }),
      reveal: () => ok(null),
    },
  }
  const noted = <A extends unknown[], R>(channel: string, call: () => (...args: A) => R) => {
    return (...args: A): R => {
      calls.push([channel, ...args])
      return call()(...args)
    }
  }
  return {
    calls,
    answers,
    emit: (snapshot) => listeners.forEach((listener) => listener(snapshot)),
    listeners: () => listeners.size,
    api: {
      app: { info: noted('app.info', () => answers.app.info) },
      profiles: { list: noted('profiles.list', () => answers.profiles.list) },
      runs: {
        plan: noted('runs.plan', () => answers.runs.plan),
        start: noted('runs.start', () => answers.runs.start),
        stop: noted('runs.stop', () => answers.runs.stop),
        current: noted('runs.current', () => answers.runs.current),
        list: noted('runs.list', () => answers.runs.list),
        get: noted('runs.get', () => answers.runs.get),
        items: noted('runs.items', () => answers.runs.items),
        problems: noted('runs.problems', () => answers.runs.problems),
        export: noted('runs.export', () => answers.runs.export),
        reveal: noted('runs.reveal', () => answers.runs.reveal),
      },
      events: {
        onRunSnapshot(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
    },
  }
}
