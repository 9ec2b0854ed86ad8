import type { ItemState, Phase, RunStatus, RunSummary } from '../../shared/run.ts'
import type { RunKind } from '../../shared/runKind.ts'

/** How a word is coloured. Colour never stands alone: the word says the same. */
export type Tone = 'neutral' | 'active' | 'good' | 'warn' | 'bad'

/** A word for the reader and its colour. */
export interface Word {
  label: string
  tone: Tone
}

const runWords: Record<RunStatus, Word> = {
  planning: { label: 'Planning', tone: 'active' },
  planned: { label: 'Ready to start', tone: 'active' },
  running: { label: 'Running', tone: 'active' },
  copied: { label: 'Copied, not cut over', tone: 'warn' },
  completed: { label: 'Completed', tone: 'good' },
  'completed with failures': { label: 'Completed with failures', tone: 'warn' },
  'partly rolled back': { label: 'Partly rolled back', tone: 'warn' },
  'rolled back': { label: 'Rolled back', tone: 'neutral' },
  'rollback incomplete': { label: 'Rollback incomplete', tone: 'bad' },
  interrupted: { label: 'Interrupted', tone: 'warn' },
  'not started': { label: 'Not started', tone: 'bad' },
  unreadable: { label: 'Record can’t be read', tone: 'bad' },
}

const itemWords: Record<ItemState, Word> = {
  pending: { label: 'Not started', tone: 'neutral' },
  committed: { label: 'Moved', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  skipped: { label: 'Skipped', tone: 'neutral' },
  restored: { label: 'Rolled back', tone: 'neutral' },
  freed: { label: 'Quarantined', tone: 'good' },
}

const phaseWords: Record<Phase, string> = {
  check: 'Check',
  plan: 'Plan',
  list: 'List rows, files and objects',
  reconcile: 'Compare with the record',
  copy: 'Copy and verify',
  rollback: 'Roll back',
  free: 'Free space',
  repair: 'Repair',
  verify: 'Compare with the record',
  ask: 'Ask Readur',
  finish: 'Finish',
}

/** The word for a run's status. */
export const runWord = (status: RunStatus): Word => runWords[status]

/** The word for how a run stands, by what it does: an audit that finds something has not failed. */
export const wordOfRun = ({ kind, status }: { kind: RunKind; status: RunStatus }): Word =>
  kind === 'audit' && status === 'completed with failures' ? { label: 'Issues found', tone: 'warn' } : runWord(status)

const wordsOfKind: Partial<Record<RunKind, Partial<Record<ItemState, Word>>>> = {
  return: { restored: { label: 'Put back', tone: 'good' } },
  purge: { freed: { label: 'Deleted', tone: 'good' } },
  audit: { failed: { label: 'Issue', tone: 'warn' }, skipped: { label: 'Note', tone: 'neutral' } },
  repair: { committed: { label: 'Repaired', tone: 'good' }, restored: { label: 'Undone', tone: 'neutral' } },
  unrepair: { restored: { label: 'Undone', tone: 'good' } },
}

/** The word for where an item stands, in a run of this kind. */
export const itemWord = (state: ItemState, kind: RunKind = 'migrate'): Word =>
  wordsOfKind[kind]?.[state] ?? itemWords[state]

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
