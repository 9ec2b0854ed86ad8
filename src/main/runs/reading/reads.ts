import type { PlanFacets, PlanItem, PlanList, PlanRows } from '../../../shared/planTable.ts'
import type { Comparison, Outdated, RunDetails } from '../../../shared/record.ts'
import type {
  AuditReport,
  ItemPage,
  ItemQuery,
  ProblemGroup,
  RunFamily,
  RunFilter,
  RunPage,
  RunUser,
  SelectionCount,
  UndoSelection,
} from '../../../shared/run.ts'
import { auditReportOf } from '../../engine/audit/audit.ts'
import { countSelected, itemPage, usersOf } from '../../engine/journal/items.ts'
import { problemGroups } from '../../engine/journal/problems.ts'
import { describeRun } from '../../engine/journal/summary.ts'
import { compareRuns } from '../reports/compareRuns.ts'
import { countOutdated } from '../forgetting.ts'
import type { RunFolder } from '../runFolder.ts'
import { PlanTable } from './planTable.ts'

/** Commands of the window that only read the records of runs. Of a run with a million files some take seconds. */
export interface ReadCalls {
  'runs.list': { args: [page: { offset: number; limit: number; filter?: RunFilter | undefined }]; result: RunPage }
  'runs.get': { args: [runId: string]; result: RunDetails }
  'runs.family': { args: [runId: string]; result: RunFamily }
  'runs.users': { args: [runId: string]; result: RunUser[] }
  'runs.countSelected': { args: [runId: string, selection: UndoSelection]; result: SelectionCount }
  'runs.items': { args: [runId: string, query: ItemQuery]; result: ItemPage }
  'runs.problems': { args: [runId: string]; result: ProblemGroup[] }
  'runs.auditReport': { args: [runId: string]; result: AuditReport }
  'runs.planRows': { args: [runId: string, list: PlanList, from: number, limit: number]; result: PlanRows }
  'runs.planItem': { args: [runId: string, seq: number]; result: PlanItem }
  'runs.planFacets': { args: [runId: string]; result: PlanFacets }
  'records.compare': { args: [first: string, second: string]; result: Comparison }
  'records.outdated': { args: [days: number]; result: Outdated }
}
export type ReadChannel = keyof ReadCalls

export type Reads = {
  [C in ReadChannel]: (...args: ReadCalls[C]['args']) => ReadCalls[C]['result'] | Promise<ReadCalls[C]['result']>
}

/** A plan that nobody has asked about for so long is closed: its file must not be held for ever. */
const closeAfterMs = 30_000

/** What these calls do, in the thread that asks. */
export function createReads(runs: RunFolder): Reads {
  const plan = new LastPlan(runs)
  return {
    'runs.list': ({ offset, limit, filter }) => runs.list(offset, limit, filter),
    'runs.get': (runId) => runs.with(runId, (store) => describeRun(store, runs.isAlive)),
    'runs.family': (runId) => runs.familyOf(runId),
    'runs.users': (runId) => runs.with(runId, usersOf),
    'runs.countSelected': (runId, selection) => runs.with(runId, (store) => countSelected(store, selection)),
    'runs.items': (runId, query) => runs.with(runId, (store) => itemPage(store, query)),
    'runs.problems': (runId) => runs.with(runId, problemGroups),
    'runs.auditReport': (runId) => runs.with(runId, auditReportOf),
    'runs.planRows': (runId, list, from, limit) => plan.of(runId, (table) => table.rows(list, from, limit)),
    'runs.planItem': (runId, seq) => plan.of(runId, (table) => table.item(seq)),
    'runs.planFacets': (runId) => plan.of(runId, (table) => table.facets()),
    'records.compare': (first, second) => compareRuns(runs, first, second),
    'records.outdated': (days) => countOutdated(runs, days),
  }
}

/** Keeps the plan open that was asked about last: its lists are worked out once. */
class LastPlan {
  readonly #runs: RunFolder
  #open: { path: string; table: PlanTable } | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(runs: RunFolder) {
    this.#runs = runs
  }

  of<T>(runId: string, ask: (table: PlanTable) => T): T {
    const path = this.#runs.storeOf(runId)
    if (this.#open?.path !== path) {
      this.#close()
      this.#open = { path, table: new PlanTable(path) }
    }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#close(), closeAfterMs).unref()
    try {
      return ask(this.#open.table)
    } catch (error) {
      this.#close()
      throw error
    }
  }

  #close(): void {
    this.#open?.table.close()
    this.#open = null
  }
}
