import type { RunStatus } from '../../src/shared/run.ts'
import type { RunKind } from '../../src/shared/runKind.ts'
import type { Command } from './job.ts'
import type { PhaseName } from './phases.ts'

/** What a phase is, seen from outside. */
interface Work {
  /** The run that it makes, or goes on with. */
  kind: RunKind
  /** How that run stands when the phase is done, and what the command line then ends with. */
  done: Partial<Record<RunStatus, number>>
  /** What begins it; `about` is the run that it goes over, where there is one. */
  command: (about: string) => Command
}

export const migrate = { do: 'migrate', copyOnly: false, enableRollback: false, delta: false } as const

/** The sandbox has documents that cannot be moved: a migration that has moved all others has failures. */
const moved = { 'completed with failures': 1 } as const
const completed = { completed: 0 } as const

/** Documents of a first copy that leaves the others for later. */
const firstPart = 25

export const works: Record<PhaseName, Work> = {
  migrate: { kind: 'migrate', done: moved, command: () => migrate },
  copy: { kind: 'migrate', done: { copied: 1 }, command: () => ({ ...migrate, copyOnly: true }) },
  'copy a part': {
    kind: 'migrate',
    done: { copied: 1 },
    command: () => ({ ...migrate, copyOnly: true, limit: firstPart }),
  },
  'copy what came since': { kind: 'migrate', done: moved, command: () => ({ ...migrate, delta: true }) },
  'cut over': { kind: 'migrate', done: moved, command: (runId) => ({ do: 'cutover', runId }) },
  'roll back': { kind: 'rollback', done: completed, command: (runId) => ({ do: 'rollback', runId }) },
  free: { kind: 'quarantine', done: completed, command: (runId) => ({ do: 'free', runId }) },
  'put back': { kind: 'return', done: completed, command: (runId) => ({ do: 'rollback', runId }) },
  'delete what is aside': { kind: 'purge', done: completed, command: (runId) => ({ do: 'delete aside', runId }) },
  'undo itself': { kind: 'migrate', done: { 'rolled back': 4 }, command: () => ({ ...migrate, enableRollback: true }) },
  'undo itself in vain': {
    kind: 'migrate',
    done: { 'rollback incomplete': 1 },
    command: () => ({ ...migrate, enableRollback: true }),
  },
  repair: {
    kind: 'repair',
    done: { ...completed, ...moved },
    command: (runId) => ({ do: 'repair', runId }),
  },
  'take repairs back': { kind: 'unrepair', done: completed, command: (runId) => ({ do: 'rollback', runId }) },
  // How the migration stands is not changed by it, whatever becomes of the session.
  'send again': { kind: 'migrate', done: moved, command: (runId) => ({ do: 're-upload', runId }) },
}

/** Phases that take up a run which an earlier phase has made. */
export const takesUp = (phase: PhaseName): boolean => phase === 'cut over' || phase === 'send again'

/** Phases that undo a migration as they go. */
export const undoesItself = (phase: PhaseName): boolean => phase === 'undo itself' || phase === 'undo itself in vain'
