import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { RunDetails } from '../../../shared/run.ts'
import { Notice } from '../../components/notice.tsx'
import type { Outcome } from '../../format/outcome.ts'
import { isUnderWay } from '../../format/status.ts'
import { useLive, useNavigation } from '../../stores/context.tsx'
import { screenOfActivity } from '../../stores/stores.ts'

/** One sentence that says how it went, and what follows for Readur itself. */
export function OutcomeBanner({ outcome, details }: { outcome: Outcome; details: RunDetails }) {
  const go = useNavigation((state) => state.go)
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
  const follows = followingOf(details)
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

/** What the outcome means for Readur and for what was not touched. */
function followingOf({
  kind,
  status,
  committed,
  restored,
  freed,
  bucket,
  preview,
  freeMode,
  repairs,
}: RunDetails): ReactNode {
  const s3 = <code>S3_ENABLED=true</code>
  switch (kind) {
    case 'migrate':
      if (status === 'copied') {
        return (
          <>
            Set Readur to bucket {bucket} ({s3}) and restart it, then cut over. Until then it works on as before.
          </>
        )
      }
      return committed > 0 ? (
        <>
          Readur finds these documents once it is set to use bucket {bucket} ({s3}) and was restarted. Local files are
          kept.
        </>
      ) : null
    case 'rollback':
      if (repairs !== null) return restored > 0 ? 'An audit finds what it found before.' : null
      return preview && restored > 0 ? 'Readur finds these documents again whether it is set to S3 or not.' : null
    case 'free':
      return freeMode === 'quarantine' && freed > 0
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
