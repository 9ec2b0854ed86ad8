import type { PlanFacets, PlanItem, PlanRows } from '../../../src/shared/planTable.ts'
import { type ErrorCode, type ErrorData, errorCatalogue } from '../../../src/shared/errors.ts'
import type { BackupSnapshot } from '../../../src/shared/backup.ts'
import type { CheckupSnapshot } from '../../../src/shared/diagnostic.ts'
import type { Api } from '../../../src/renderer/api.ts'
import type { Bridge, IpcEvent, IpcEvents, IpcReply, MenuCommand } from '../../../src/shared/ipc.ts'
import type { ProfileSummary } from '../../../src/shared/profile.ts'
import {
  defaultMigrateOptions,
  type DriftGroup,
  type ItemPage,
  type ItemView,
  type ProblemGroup,
  type Repair,
  type RunSnapshot,
  type StateCheck,
} from '../../../src/shared/run.ts'
import type { RunDetails } from '../../../src/shared/record.ts'
import type { QuestionState } from '../../../src/shared/ssh.ts'
import { profileAnswers } from './profileFixtures.ts'
import { programAnswers } from './programFixtures.ts'

export const profile: ProfileSummary = {
  id: 'sandbox',
  name: 'Sandbox',
  database: '127.0.0.1:54321/readur',
  uploads: '/home/ada/.local/share/readur-migrate/sandbox/uploads',
  bucket: 'readur-documents',
  endpoint: 'http://127.0.0.1:9000',
  source: 'Sandbox',
  problem: null,
  warning: null,
  server: null,
}

export function errorOf(code: ErrorCode, message: string, more: Partial<ErrorData> = {}): ErrorData {
  const { title, remedy } = errorCatalogue[code]
  return { code, title, remedy, message, causes: [], ...more }
}

const counts = { planned: 318, committed: 0, failed: 12, skipped: 6, restored: 0, freed: 0, remaining: 300 }

const noEffects = { filesFetched: 0, objectsRemoved: 0, objectsLeft: 0 }

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
  store: 'AWS eu-central-1, bucket documents',
  documents: 312,
  bytes: 0,
  ...counts,
  totals: { documents: 312, items: 318, move: 300, skip: 6, blocked: 12, bytes: 163_412_345 },
  canSucceed: 0,
  estimate: { seconds: 25, basis: 'assumption' },
  options: null,
  planOptions: {},
  storedAs: {},
  stateFile: null,
  error: null,
  copied: 0,
  excluded: 12,
  preview: null,
  rollbackOptions: null,
  repairs: null,
  undoing: false,
  validated: null,
  validation: null,
  effects: noEffects,
  timeline: [{ at: Date.UTC(2025, 10, 22, 8, 19, 4), what: 'planned' }],
}

export const finished: RunDetails = {
  ...planned,
  status: 'completed with failures',
  finishedAt: planned.createdAt + 241_000,
  seconds: 41.3,
  committed: 298,
  failed: 14,
  canSucceed: 2,
  remaining: 0,
  bytes: 162_900_000,
  options: defaultMigrateOptions,
  stateFile: '/home/ada/.local/share/readur-migrate/state/migration_state_20251122_081941.json',
}

const undone = { committed: 0, failed: 0, skipped: 0, restored: 298, remaining: 0 }
const rollbackPreview = {
  documents: 290,
  rows: 298,
  filesSound: 290,
  filesToReturn: 0,
  filesToFetch: 8,
  bytesToFetch: 64_000,
  objects: 297,
  conflicts: 2,
}

/** The plan of a rollback of `finished`. */
export const rollbackPlan: RunDetails = {
  ...planned,
  runId: 'run-2',
  kind: 'rollback',
  parent: 'run-1',
  totals: { documents: 298, items: 300, move: 298, skip: 0, blocked: 2, bytes: 64_000 },
  preview: rollbackPreview,
  rollbackOptions: { keepObjects: false, force: false },
}

/** A rollback of `finished` that has ended. */
export const rolledBack: RunDetails = {
  ...finished,
  ...undone,
  runId: 'run-2',
  kind: 'rollback',
  parent: 'run-1',
  status: 'completed',
  planned: 298,
  options: null,
  preview: { ...rollbackPreview, conflicts: 0 },
  rollbackOptions: { keepObjects: false, force: false },
  effects: { filesFetched: 8, objectsRemoved: 297, objectsLeft: 0 },
}

/** Differences of one kind. */
export function driftOf(code: ErrorCode, repair: Repair, count: number, note = false): DriftGroup {
  const { title, examples } = groupOf(code, 'note', count)
  return { code, title, repair, note, count, examples }
}

/** A comparison that has found three objects gone, two documents deleted, and local files gone that nobody needs. */
export const stateCheck: StateCheck & { at: number } = {
  runId: 'run-1',
  level: 'checksum',
  checked: 300,
  of: 300,
  sound: 295,
  seconds: 3.2,
  drift: [
    driftOf('LOCAL_GONE', 'none', 12, true),
    driftOf('OBJECT_MISSING', 're-upload', 3),
    driftOf('ROW_VANISHED', 'mark-gone', 2),
  ],
  at: planned.createdAt + 3_600_000,
}

export const snapshot: RunSnapshot = {
  runId: 'run-1',
  profileId: 'sandbox',
  kind: 'migrate',
  activity: 'run',
  status: 'running',
  phase: 'copy',
  stopping: null,
  pause: null,
  pace: { parallelUploads: 8, bytesPerSecond: null },
  parallelNow: 8,
  throughput: { from: planned.createdAt, stepMs: 1000, bytesPerSecond: [1e6, 2e6], itemsPerSecond: [3, 5] },
  counts: { ...counts, committed: 100, remaining: 200 },
  documents: 312,
  copied: 143,
  bytesDone: 45_200_000,
  bytesTotal: 163_412_345,
  bytesPerSecond: 12_300_000,
  itemsPerSecond: 48,
  secondsLeft: null,
  seconds: 41,
  active: [{ seq: 7, filename: 'scan.pdf', bytes: 500_000, size: 2_000_000, bytesPerSecond: 1_500_000 }],
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
    remedy: null,
    ...more,
  }
}

/** Pages over items 1 to `total`, as the main process answers them. */
export function pageOf(total: number, after: number, limit: number): ItemPage {
  const items = Array.from({ length: Math.max(0, Math.min(limit, total - after)) }, (_, n) => itemOf(after + n + 1))
  const last = items.at(-1)?.seq ?? 0
  return { items, next: last < total ? last : null }
}

/** Some lines of a plan with `total` items. */
export function planRowsOf(total: number, from: number, limit: number): PlanRows {
  const count = Math.max(0, Math.min(limit, total - from))
  return { rows: Array.from({ length: count }, (_, at) => planItemOf(from + at + 1)), total, bytes: total * 1_000 }
}

export function planItemOf(seq: number, more: Partial<PlanItem> = {}): PlanItem {
  const documentId = `0b5c7a52-0000-4000-8000-${String(seq).padStart(12, '0')}`
  return {
    seq,
    kind: 'document',
    filename: `invoice ${seq}.pdf`,
    path: `/app/uploads/documents/${documentId}.pdf`,
    place: `/srv/readur/uploads/documents/${documentId}.pdf`,
    size: 1_000,
    type: 'application/pdf',
    state: 'pending',
    userName: 'ada',
    code: null,
    documentId,
    rowId: documentId,
    userId: '11111111-2222-4333-8444-555555555555',
    source: `documents/${documentId}.pdf`,
    key: `documents/11111111-2222-4333-8444-555555555555/2024/05/${documentId}.pdf`,
    modifiedAt: 1_700_000_000_000,
    fileHash: 'ab'.repeat(32),
    message: null,
    followers: 0,
    ...more,
  }
}

export const facets: PlanFacets = {
  users: [
    { userId: '11111111-2222-4333-8444-555555555555', name: 'ada', items: 45, bytes: 45_000, example: 'invoice 1.pdf' },
  ],
  types: [{ type: 'application/pdf', items: 45, bytes: 45_000 }],
  codes: [{ code: 'FILE_MISSING', state: 'excluded', items: 9 }],
  requests: { files: 300, writes: 300, reads: 300 },
}

/** A main process that keeps a list of what it was asked, and answers with what the test puts into `answers`. */
export interface FakeMain {
  bridge: Bridge
  calls: [channel: string, ...args: unknown[]][]
  answers: Omit<Api, keyof Bridge>
  emit: (snapshot: RunSnapshot) => void
  emitTest: (snapshot: CheckupSnapshot) => void
  emitCheckup: (snapshot: CheckupSnapshot) => void
  emitBackup: (snapshot: BackupSnapshot) => void
  emitQuestion: (state: QuestionState) => void
  emitStateFile: () => void
  chooseInMenu: (command: MenuCommand) => void
  listeners: () => number
}

const ok = <T>(value: T): Promise<IpcReply<T>> => Promise.resolve({ ok: true, value })

export const refuse = (error: ErrorData): Promise<IpcReply<never>> => Promise.resolve({ ok: false, error })

export { ok as answer }

export function fakeMain(): FakeMain {
  const calls: FakeMain['calls'] = []
  const listeners = new Set<{ event: IpcEvent; listener: (payload: unknown) => void }>()
  const emit = <E extends IpcEvent>(event: E, payload: IpcEvents[E]) =>
    listeners.forEach((heard) => heard.event === event && heard.listener(payload))
  const answers: FakeMain['answers'] = {
    ...programAnswers(),
    ...profileAnswers([profile]),
    runs: {
      plan: () => ok({ runId: 'run-1' }),
      audit: () => ok({ runId: 'run-1' }),
      auditReport: () => refuse(errorOf('RUN_NOT_FOUND', 'That run isn’t an audit.')),
      prepareRepairs: () => ok({ runId: 'run-2' }),
      start: () => ok(undefined),
      resume: () => ok(undefined),
      retryFailed: () => ok({ runId: 'run-2' }),
      prepareUndo: () => ok({ runId: 'run-2' }),
      prepareFree: () => ok({ runId: 'run-2' }),
      cutover: () => ok(undefined),
      check: () => ok(undefined),
      validate: () => ok(undefined),
      repair: () => ok(undefined),
      findings: () => ok({ check: null, reUploaded: null }),
      chooseStateFile: () => ok(null),
      takeOpenedStateFile: () => ok(null),
      import: () => ok({ runId: 'run-2' }),
      stop: () => ok(undefined),
      pause: () => ok(undefined),
      continue: () => ok(undefined),
      adjust: () => ok(undefined),
      current: () => ok(null),
      list: () => ok({ runs: [], next: null }),
      get: () => ok(planned),
      family: () => ok({ parent: null, children: [] }),
      users: () => ok([]),
      countSelected: () => ok({ documents: 286, files: 300, bytes: 64_000 }),
      items: (_runId, query) => ok(pageOf(45, query.after, query.limit)),
      planRows: (_runId, _list, from, limit) => ok(planRowsOf(45, from, limit)),
      planItem: (_runId, seq) => ok(planItemOf(seq)),
      planFacets: () => ok(facets),
      problems: () => ok(problems),
      export: () => ok({ path: '/data/state.json' }),
      reveal: () => ok(undefined),
      savePaths: () => ok(null),
    },
  }
  return {
    calls,
    answers,
    emit: (snapshot) => emit('run.snapshot', snapshot),
    emitTest: (snapshot) => emit('connection.tested', snapshot),
    emitCheckup: (snapshot) => emit('doctor.changed', snapshot),
    emitStateFile: () => emit('stateFile.opened', null),
    emitBackup: (snapshot) => emit('backup.changed', snapshot),
    emitQuestion: (state) => emit('questions.changed', state),
    chooseInMenu: (command) => emit('menu.chosen', command),
    listeners: () => [...listeners].filter(({ event }) => event === 'run.snapshot').length,
    bridge: {
      invoke(command, ...args) {
        calls.push([command, ...args])
        const [topic = '', name = ''] = command.split('.')
        const answer: unknown = Reflect.get(Reflect.get(answers, topic) as object, name)
        return (answer as (...given: unknown[]) => Promise<IpcReply<unknown>>)(...args)
      },
      on(event, listener) {
        const heard = { event, listener: listener as (payload: unknown) => void }
        listeners.add(heard)
        return () => listeners.delete(heard)
      },
      pathOf: (file) => `/dropped/${file.name}`,
    },
  }
}
