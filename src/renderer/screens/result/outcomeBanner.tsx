import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { notSwitchedConsequence, readurStateWords, type ReadurState } from '../../../shared/readurState.ts'
import type { RunDetails } from '../../../shared/run.ts'
import { Notice } from '../../components/notice.tsx'
import type { Outcome } from '../../format/outcome.ts'
import { switchingFact } from '../../format/switching.ts'
import { isUnderWay } from '../../format/status.ts'
import { useLive, useNavigation, useReadurState } from '../../stores/context.tsx'
import { screenOfActivity } from '../../stores/stores.ts'

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
          Show
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
  check: 'This run is being compared with the world.',
  validate: 'This run is being validated.',
  repair: 'This run is being repaired.',
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
          ? `${readurStateWords(readur)} Cut over now.`
          : `${switchingFact(readur)} Switch it to bucket ${bucket}, then cut over.`
      }
      if (committed === 0) return null
      return readur?.at === 'bucket'
        ? `${readurStateWords(readur)} Local files are kept.`
        : `${switchingFact(readur)} ${notSwitchedConsequence} Local files are kept.`
    case 'rollback':
      return restored > 0 ? 'Readur loads the local files of these documents again.' : null
    case 'unrepair':
      return restored > 0 ? 'A new audit will find the same issues again.' : null
    case 'purge':
    case 'return':
      return null
    case 'quarantine':
      return freed > 0
        ? 'They lie in quarantine/ in the uploads folder, and take their space until they are deleted there.'
        : null
    case 'import':
    case 'recover':
      return committed > 0 ? 'Nothing but this record was written. What it says can be verified and rolled back.' : null
    case 'audit':
      return 'Nothing but this record was written.'
    case 'repair':
      return committed > 0 ? 'All of it can be taken back, as long as this record is kept.' : null
  }
}
