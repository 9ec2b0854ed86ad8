import { runShare, sharesBytes } from '../../../shared/runShare.ts'
import { runWords } from '../../../shared/runWords.ts'
import type { Activity, Phase, RunSnapshot } from '../../../shared/run.ts'
import { runFacts, type RunKind } from '../../../shared/runKind.ts'
import { formatPercent } from '../../format/number.ts'
import { texts } from '../../texts/texts.ts'

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
  switch (kind) {
    case 'rollback':
    case 'return':
    case 'unrepair':
      return ['rollback']
    case 'quarantine':
    case 'purge':
      return ['free']
    case 'repair':
      return ['repair']
    case 'audit':
      return ['list', 'verify']
    case 'migrate':
    case 'import':
    case 'recover':
      return phase === 'rollback' ? ['copy', 'rollback'] : ['copy']
  }
}

/** The place of the present phase among the steps; a look at what an earlier session did is part of the work. */
export function presentStep({ kind, activity, phase }: Way): number {
  const steps = stepsOf({ kind, activity, phase })
  return steps.indexOf(phase === 'reconcile' ? (middle(kind, phase)[0] ?? 'copy') : phase)
}

/** What is going on, before the name of a profile. */
export function activityWords({ kind, activity, phase }: { kind: RunKind; activity: Activity; phase: Phase }): string {
  switch (activity) {
    case 'plan':
      return runWords[kind].plan
    case 'run':
      return runWords[phase === 'rollback' && kind === 'migrate' ? 'rollback' : kind].working
    case 'check':
      return texts.run.verifyingTheRunOf
    case 'validate':
      return texts.run.validatingTheRunOf
    case 'repair':
      return texts.run.repairingTheRunOf
    case 'import':
      return runWords.import.working
  }
}

/** How much of an activity is done, and of what: `42.0% of the data`; null while nobody knows. */
export function shareWords(snapshot: RunSnapshot): string | null {
  const share = runShare(snapshot)
  if (share === null) return null
  const percent = formatPercent(share)
  if (sharesBytes(snapshot)) return texts.run.shareOfBytes(percent)
  return runFacts[snapshot.kind].noun === 'file' ? texts.run.shareOfFiles(percent) : texts.run.shareOfRepairs(percent)
}
