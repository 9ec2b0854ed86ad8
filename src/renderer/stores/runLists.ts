import type { StoreApi } from 'zustand/vanilla'
import type { RunFilter, RunFindings, RunSummary } from '../../shared/run.ts'
import { resumableKinds } from '../../shared/runKind.ts'
import type { Api, Reply } from '../api.ts'
import { createResource, type ResourceState } from './resource.ts'

interface RunsApi {
  runs: Pick<Api['runs'], 'list'>
}

async function latestRuns({ runs }: RunsApi, limit: number, filter?: RunFilter): Promise<Reply<RunSummary[]>> {
  const reply = await runs.list({ offset: 0, limit, ...(filter && { filter }) })
  return reply.ok ? { ok: true, value: reply.value.runs } : reply
}

/** Newest first. */
type RunsResource = StoreApi<ResourceState<RunSummary[], void>>

/** The latest runs, for finding one by its words; the history has them all. */
export const createRunsStore = (api: RunsApi): RunsResource => createResource(() => latestRuns(api, 20))

/** Runs that were interrupted and can be resumed. More than these are found in the history. */
export const createInterruptedStore = (api: RunsApi): RunsResource =>
  createResource(() => latestRuns(api, 3, { kinds: [...resumableKinds], statuses: ['interrupted'] }))

/** What a comparison of a run with the world has found in this session, and what was repaired since. */
export const createFindingsStore = (api: {
  runs: Pick<Api['runs'], 'findings'>
}): StoreApi<ResourceState<RunFindings, string>> => createResource((runId: string) => api.runs.findings(runId))
