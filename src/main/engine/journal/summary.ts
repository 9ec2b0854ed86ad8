import { runFacts } from '../../../shared/runKind.ts'
import type { ItemCounts, RunReport, RunStatus, RunSummary } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { countCopied, countItems, countThatCanSucceed } from './items.ts'
import { problemGroups } from './problems.ts'
import type { RunStore } from './runStore.ts'
import { repairTally } from './repairTally.ts'
import { effectsOf, timelineOf, type IsAlive } from './timeline.ts'
import { isReUploading, isWhollyUndone, undoesItself, wasUndoneByAnother } from './undoing.ts'

const nobody: IsAlive = () => false

interface Standing {
  counts: ItemCounts
  bytes: number
  seconds: number | null
  finishedAt: number | null
  status: RunStatus
}

/** Figures and status; counted again where the last session's own are not the last word. */
function standing(store: RunStore, isAlive: IsAlive): Standing {
  const ending = store.ending()
  const isUnderWay = ending !== null && isReUploading(store) && isAlive(store.header.id)
  // Of one that had done nothing yet no item tells of it.
  const undone = isWhollyUndone(store)
  // Of a run that was stopped and resumed, or copied and then switched, the last session is only a part.
  const seconds = ending === null ? null : store.seconds
  if (ending !== null && !store.wentOn && !isUnderWay && !undone) return { ...ending, seconds }
  const { counts, bytes } = countItems(store)
  const finishedAt = ending?.finishedAt ?? null
  const status = isUnderWay ? 'running' : (ending?.status ?? unfinishedStatus(store, isAlive))
  if (runFacts[store.header.kind].goal === 'restored' || (counts.restored === 0 && !undone) || status === 'running') {
    return { counts, bytes, seconds, finishedAt, status }
  }
  // What it has restored by itself, it is not done with.
  if (status === 'interrupted' && undoesItself(store) && !undone && !wasUndoneByAnother(store)) {
    return { counts, bytes, seconds, finishedAt, status }
  }
  // A later run went back over this one.
  const isUndone = counts.committed + counts.freed === 0 && countCopied(store) === 0
  // What it had moved until then is what people remember of it.
  const moved = Math.max(bytes, ending?.bytes ?? 0)
  return { counts, bytes: moved, seconds, finishedAt, status: isUndone ? 'rolled back' : 'partly rolled back' }
}

function unfinishedStatus(store: RunStore, isAlive: IsAlive): RunStatus {
  const alive = isAlive(store.header.id)
  if (store.last('started') !== null) return alive ? 'running' : 'interrupted'
  if (store.last('planned') !== null) return 'planned'
  return alive && store.last('error') === null ? 'planning' : 'not started'
}

/** The run in a few figures. A run that neither finished nor is alive was interrupted. */
export function summarize(store: RunStore, isAlive: IsAlive): RunSummary {
  const { header } = store
  const { counts, bytes, seconds, finishedAt, status } = standing(store, isAlive)
  const totals = store.last('planned')?.totals
  return {
    runId: header.id,
    kind: header.kind,
    parent: header.parent,
    status,
    createdAt: header.createdAt,
    finishedAt,
    seconds,
    profileId: header.profileId,
    profile: header.profileName,
    database: header.database,
    bucket: header.bucket,
    copied: counts.remaining === 0 ? 0 : countCopied(store),
    excluded: Math.min(counts.failed, totals?.blocked ?? 0),
    documents: totals?.documents ?? 0,
    bytes,
    validated: store.isValidated,
    undoing: status === 'interrupted' && undoesItself(store),
    ...counts,
  }
}

/** Everything about a run but its items. */
export function describeRun(store: RunStore, isAlive: IsAlive): RunDetails {
  const planned = store.last('planned')
  return {
    ...summarize(store, isAlive),
    store: store.header.store,
    totals: planned?.totals ?? null,
    canSucceed: countThatCanSucceed(store),
    estimate: planned?.estimate ?? null,
    options: store.last('started')?.options ?? null,
    planOptions: store.header.planOptions,
    storedAs: store.last('stored-as'),
    stateFile: store.last('exported')?.path ?? null,
    error: store.trouble(),
    preview: store.last('rollback-planned'),
    rollbackOptions: store.last('rollback-options'),
    repairs: repairTally(store),
    validation: store.last('validated'),
    effects: effectsOf(store),
    timeline: timelineOf(store, isAlive),
  }
}

/** What a run did, read back from its store. */
export function reportOf(store: RunStore, isAlive: IsAlive = nobody): RunReport {
  const planned = store.last('planned')
  const { counts, bytes, seconds, status } = standing(store, isAlive)
  return {
    runId: store.header.id,
    kind: store.header.kind,
    parent: store.header.parent,
    status,
    stateFile: store.last('exported')?.path ?? null,
    documents: planned?.totals.documents ?? 0,
    ...counts,
    copied: counts.remaining === 0 ? 0 : countCopied(store),
    bytes,
    seconds: seconds ?? 0,
    estimate: planned?.estimate ?? null,
    preview: store.last('rollback-planned'),
    repairs: repairTally(store),
    problems: problemGroups(store),
  }
}
