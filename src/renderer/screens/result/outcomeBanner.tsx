import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { notSwitchedConsequence, readurStateWords, type ReadurState } from '../../../shared/readurState.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { Notice } from '../../components/notice.tsx'
import type { Outcome } from '../../components/run/outcome.ts'
import { switchingFact } from '../../components/run/switching.ts'
import { isUnderWay } from '../../format/status.ts'
import { useLive, useNavigation, useReadurState } from '../../stores/context.tsx'
import { screenOfActivity } from '../../stores/navigation.ts'
import { texts } from '../../texts/texts.ts'

/** One sentence that says how it went, and what follows for Readur itself. */
export function OutcomeBanner({ outcome, details }: { outcome: Outcome; details: RunDetails }) {
  const go = useNavigation((state) => state.go)
  const readur = useReadurState(details.profileId)
  const activity = useLive(({ snapshot }) =>
    snapshot?.runId === details.runId && isUnderWay(snapshot.status) ? snapshot.activity : null,
  )
  if (activity === 'check' || activity === 'validate' || activity === 'repair') {
    return (
      <Notice tone="active" title={activityTitles[activity]}>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => go(screenOfActivity({ runId: details.runId, activity }))}
        >
          {texts.result.show}
        </Button>
      </Notice>
    )
  }
  const follows = followingOf(details, readur)
  return (
    <Notice tone={outcome.tone} title={outcome.sentence}>
      {follows !== null && <p>{follows}</p>}
    </Notice>
  )
}

const activityTitles = {
  check: texts.result.beingVerified,
  validate: texts.result.beingValidated,
  repair: texts.result.beingRepaired,
}

/** What the outcome means for Readur, as it stands, and for what was not touched. */
function followingOf(
  { kind, status, committed, restored, freed, bucket }: RunDetails,
  readur: ReadurState | null,
): ReactNode {
  switch (kind) {
    case 'migrate':
      if (status === 'copied') {
        return readur?.at === 'bucket'
          ? texts.result.switchNow(readurStateWords(readur))
          : texts.result.switchReadurFirst({ readur: switchingFact(readur), bucket })
      }
      if (committed === 0) return null
      return readur?.at === 'bucket'
        ? texts.result.filesKept(readurStateWords(readur))
        : texts.result.notSwitchedYet({ readur: switchingFact(readur), consequence: notSwitchedConsequence })
    case 'rollback':
      return restored > 0 ? texts.result.rolledBackMeans : null
    case 'unrepair':
      return restored > 0 ? texts.result.repairUndoneMeans : null
    case 'purge':
    case 'return':
      return null
    case 'quarantine':
      return freed > 0 ? texts.result.quarantinedMeans : null
    case 'import':
    case 'recover':
      return committed > 0 ? texts.result.importedMeans : null
    case 'audit':
      return texts.result.auditedMeans
    case 'repair':
      return committed > 0 ? texts.result.repairedMeans : null
  }
}
