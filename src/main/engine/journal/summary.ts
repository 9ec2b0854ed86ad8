import type { RunDetails, RunStatus, RunSummary } from '../../../shared/run.ts'
import { countItems } from './items.ts'
import type { RunStore } from './runStore.ts'

/** Whether the process that started the run still works on it. */
export type IsAlive = (started: { pid: number; host: string }) => boolean

/** The run in a few figures. A run that neither finished nor is alive was interrupted. */
export function summarize(store: RunStore, isAlive: IsAlive): RunSummary {
  const { header } = store
  const finished = store.last('finished')
  const { counts, bytes } = finished ?? countItems(store)
  return {
    runId: header.id,
    kind: header.kind,
    status: finished?.status ?? unfinishedStatus(store, isAlive),
    createdAt: header.createdAt,
    finishedAt: finished?.finishedAt ?? null,
    seconds: finished?.seconds ?? null,
    profileId: header.profileId,
    profile: header.profileName,
    database: header.database,
    bucket: header.bucket,
    documents: store.last('planned')?.totals.documents ?? 0,
    bytes,
    ...counts,
  }
}

function unfinishedStatus(store: RunStore, isAlive: IsAlive): RunStatus {
  const started = store.last('started')
  if (started !== null) return isAlive(started) ? 'running' : 'interrupted'
  if (store.last('planned') !== null) return 'planned'
  if (store.last('error') !== null) return 'not started'
  return isAlive(store.header) ? 'planning' : 'not started'
}

/** Everything about a run but its items. */
export function describeRun(store: RunStore, isAlive: IsAlive): RunDetails {
  const planned = store.last('planned')
  return {
    ...summarize(store, isAlive),
    totals: planned?.totals ?? null,
    estimate: planned?.estimate ?? null,
    options: store.last('started')?.options ?? null,
    planOptions: store.header.planOptions,
    stateFile: store.last('exported')?.path ?? null,
    error: store.last('error'),
  }
}
