import type { ItemState, Phase, RunStatus, RunSummary } from '../../shared/run.ts'
import type { RunKind } from '../../shared/runKind.ts'
import { texts } from '../texts/texts.ts'

/** How a word is coloured. Colour never stands alone: the word says the same. */
export type Tone = 'neutral' | 'active' | 'good' | 'warn' | 'bad'

/** A word for the reader and its colour. */
export interface Word {
  label: string
  tone: Tone
}

const runWords: Record<RunStatus, Word> = {
  planning: { label: texts.status.planning, tone: 'active' },
  planned: { label: texts.status.readyToStart, tone: 'active' },
  running: { label: texts.status.running, tone: 'active' },
  copied: { label: texts.status.copiedNotSwitched, tone: 'warn' },
  completed: { label: texts.status.completed, tone: 'good' },
  'completed with failures': { label: texts.status.completedWithFailures, tone: 'warn' },
  'partly rolled back': { label: texts.status.partlyRolledBack, tone: 'warn' },
  'rolled back': { label: texts.status.rolledBack, tone: 'neutral' },
  'rollback incomplete': { label: texts.status.rollbackIncomplete, tone: 'bad' },
  interrupted: { label: texts.status.interrupted, tone: 'warn' },
  'not started': { label: texts.status.notStarted, tone: 'bad' },
  unreadable: { label: texts.status.recordCantBeRead, tone: 'bad' },
}

const itemWords: Record<ItemState, Word> = {
  pending: { label: texts.status.notStarted, tone: 'neutral' },
  committed: { label: texts.status.moved, tone: 'good' },
  failed: { label: texts.status.failed, tone: 'bad' },
  skipped: { label: texts.status.skipped, tone: 'neutral' },
  restored: { label: texts.status.rolledBack, tone: 'neutral' },
  freed: { label: texts.status.quarantined, tone: 'good' },
}

const phaseWords: Record<Phase, string> = {
  check: texts.status.check,
  plan: texts.status.plan,
  list: texts.status.listDocumentsFilesAndObjects,
  reconcile: texts.status.compareWithTheRecord,
  copy: texts.status.copyAndVerify,
  rollback: texts.status.rollBack,
  free: texts.status.freeUpSpace,
  repair: texts.status.repair,
  verify: texts.status.compareWithTheRecord,
  ask: texts.status.askReadur,
  finish: texts.status.finish,
}

/** The word for a run's status. */
export const runWord = (status: RunStatus): Word => runWords[status]

/** The word for how a run stands, by what it does: an audit that finds something has not failed. */
export const wordOfRun = ({ kind, status }: { kind: RunKind; status: RunStatus }): Word =>
  kind === 'audit' && status === 'completed with failures'
    ? { label: texts.status.issuesFound, tone: 'warn' }
    : runWord(status)

const wordsOfKind: Partial<Record<RunKind, Partial<Record<ItemState, Word>>>> = {
  return: { restored: { label: texts.status.putBack, tone: 'good' } },
  purge: { freed: { label: texts.status.deleted, tone: 'good' } },
  audit: {
    failed: { label: texts.status.issue, tone: 'warn' },
    skipped: { label: texts.status.note, tone: 'neutral' },
  },
  repair: {
    committed: { label: texts.status.repaired, tone: 'good' },
    restored: { label: texts.status.undone, tone: 'neutral' },
  },
  unrepair: { restored: { label: texts.status.undone, tone: 'good' } },
}

/** The word for where an item stands, in a run of this kind. `isCopied`: what is left of the run awaits its switch. */
export const itemWord = (state: ItemState, kind: RunKind = 'migrate', isCopied = false): Word =>
  isCopied && state === 'pending'
    ? { label: texts.status.copied, tone: 'good' }
    : (wordsOfKind[kind]?.[state] ?? itemWords[state])

/** The word for a phase. */
export const phaseWord = (phase: Phase): string => phaseWords[phase]

/** True while the run changes by itself: its snapshots go on. */
export const isUnderWay = (status: RunStatus): boolean => status === 'planning' || status === 'running'

/** True when nothing more will happen in this run. */
export const isFinal = (status: RunStatus): boolean => !isUnderWay(status) && status !== 'planned'

/** All that remains of a migration is copied, and its rows are to be switched: also where that was tried and came to nothing. */
export const awaitsCutover = ({
  status,
  copied,
  remaining,
}: Pick<RunSummary, 'status' | 'copied' | 'remaining'>): boolean =>
  status === 'copied' || (status === 'interrupted' && copied > 0 && copied === remaining)
