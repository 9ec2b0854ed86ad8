import { Button } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import { useId } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { Badge } from '../../components/badge.tsx'
import { isUnderWay, runWord } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import { useLive, useStores } from '../../stores/context.tsx'
import classes from './profileCard.module.css'

/** A profile: from where, to where, how the last run went, and the way to a plan. */
export function ProfileCard({ profile, lastRun }: { profile: ProfileSummary; lastRun: RunSummary | null }) {
  const { makePlan } = useStores()
  const busy = useLive(
    ({ snapshot, pending }) => pending !== null || (snapshot !== null && isUnderWay(snapshot.status)),
  )
  const id = useId()
  return (
    <article className={classes.card} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 id={id} className={classes.name}>
          {profile.name}
        </h2>
        <span className={classes.source}>{profile.source}</span>
      </div>
      {profile.problem === null ? (
        <Ends profile={profile} />
      ) : (
        <p role="alert" className={classes.problem} data-tone="bad">
          {profile.problem}
        </p>
      )}
      <div className={classes.foot}>
        <LastRun run={lastRun} />
        <Button
          aria-label={`Make a plan for ${profile.name}`}
          disabled={busy || profile.problem !== null}
          onClick={() => void makePlan(profile.id)}
        >
          Make a plan
        </Button>
      </div>
    </article>
  )
}

/** From where to where; unknown where the settings cannot be read. */
function Ends({ profile }: { profile: ProfileSummary }) {
  return (
    <div className={classes.route}>
      <dl className={classes.end}>
        <dt>Readur</dt>
        <dd>{profile.database}</dd>
        <dd className={classes.second} title={profile.uploads}>
          {profile.uploads}
        </dd>
      </dl>
      <IconArrowRight size={18} className={classes.arrow} aria-label="to" role="img" />
      <dl className={classes.end}>
        <dt>Bucket</dt>
        <dd>{profile.bucket}</dd>
        <dd className={classes.second}>{profile.endpoint ?? 'Amazon S3'}</dd>
      </dl>
    </div>
  )
}

function LastRun({ run }: { run: RunSummary | null }) {
  if (!run) return <span className={classes.last}>No run yet</span>
  return (
    <span className={classes.last}>
      <Badge word={runWord(run.status)} />
      <span>{formatMoment(run.createdAt)}</span>
    </span>
  )
}
