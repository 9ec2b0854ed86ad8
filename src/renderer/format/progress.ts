import type { Activity, Phase, RunKind, RunSnapshot } from '../../shared/run.ts'

/** What is being worked through, and where it stands. */
type Way = Pick<RunSnapshot, 'kind' | 'activity' | 'phase'>

/** The phases of an activity in their order. Rolling back is no part of a migration unless it happens. */
export function stepsOf({ kind, activity, phase }: Way): Phase[] {
  switch (activity) {
    case 'check':
      return ['verify']
    case 'validate':
      return ['verify', 'list', 'ask']
    case 'repair':
      return ['check', 'copy', 'finish']
    case 'import':
      return ['check', 'plan']
    case 'plan':
    case 'run':
      return ['check', 'plan', ...middle(kind, phase), 'finish']
  }
}

function middle(kind: RunKind, phase: Phase): Phase[] {
  if (kind === 'rollback' || kind === 'free' || kind === 'repair') return [kind]
  if (kind === 'audit') return ['list', 'verify']
  return phase === 'rollback' ? ['copy', 'rollback'] : ['copy']
}

/** The place of the present phase among the steps; a look at what an earlier session did is part of the work. */
export function presentStep({ kind, activity, phase }: Way): number {
  const steps = stepsOf({ kind, activity, phase })
  return steps.indexOf(phase === 'reconcile' ? (middle(kind, phase)[0] ?? 'copy') : phase)
}

const workWords: Record<RunKind, string> = {
  migrate: 'Migrating',
  rollback: 'Rolling back',
  free: 'Freeing space for',
  import: 'Reading a state file for',
  recover: 'Recovering',
  audit: 'Auditing',
  repair: 'Repairing',
}

const planWords: Record<RunKind, string> = {
  migrate: 'Plan for',
  rollback: 'Rollback plan for',
  free: 'Plan to free space for',
  import: 'Reading a state file for',
  recover: 'Recovering',
  audit: 'Auditing',
  repair: 'Plan to repair',
}

/** What is going on, before the name of a profile. */
export function activityWords({ kind, activity, phase }: { kind: RunKind; activity: Activity; phase: Phase }): string {
  switch (activity) {
    case 'plan':
      return planWords[kind]
    case 'run':
      return phase === 'rollback' ? workWords.rollback : workWords[kind]
    case 'check':
      return 'Comparing the run of'
    case 'validate':
      return 'Validating the run of'
    case 'repair':
      return 'Repairing the run of'
    case 'import':
      return workWords.import
  }
}
