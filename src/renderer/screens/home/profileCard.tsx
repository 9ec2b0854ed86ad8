import { Anchor, Button } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import { useId } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { Badge } from '../../components/badge.tsx'
import { CountsBar } from '../../components/connection/countsBar.tsx'
import { nextStepOf } from './nextStep.ts'
import { wordOfRun } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import { useBusy, useDrafts, useNavigation, useStores } from '../../stores/context.tsx'
import { isChanged } from '../../stores/drafts.ts'
import { texts } from '../../texts/texts.ts'
import classes from './profileCard.module.css'
import { ProfileMenu } from '../../components/connection/profileMenu.tsx'

interface ProfileCardProps {
  profile: ProfileSummary
  lastRun: RunSummary | null
  /** Its next step is the one of the whole screen. */
  leads: boolean
}

/** A connection: from where, to where, how the last run went, and what to do next. */
export function ProfileCard({ profile, lastRun, leads }: ProfileCardProps) {
  const id = useId()
  const go = useNavigation((state) => state.go)
  return (
    <article className={classes.card} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 id={id} className={classes.name}>
          <Anchor component="button" inherit onClick={() => go({ name: 'overview', profileId: profile.id })}>
            {profile.name}
          </Anchor>
        </h2>
        <LastRun run={lastRun} />
        <ProfileMenu profile={profile} />
      </div>
      <Ends profile={profile} />
      {profile.problem === null && (
        <CountsBar profile={profile} failed={lastRun?.kind === 'migrate' ? lastRun.failed : 0} />
      )}
      {profile.problem !== null && (
        <p role="alert" className={classes.problem} data-tone="bad">
          {profile.problem}
        </p>
      )}
      <Next profile={profile} lastRun={lastRun} leads={leads} />
    </article>
  )
}

/** From where to where, as far as it is known. */
function Ends({ profile }: { profile: ProfileSummary }) {
  return (
    <div className={classes.route}>
      <dl className={classes.end}>
        <dt>{texts.home.readurOn(profile.server ?? texts.home.thisComputer)}</dt>
        <dd title={profile.database}>{orDash(profile.database)}</dd>
        <dd className={classes.second} title={profile.uploads}>
          {orDash(profile.uploads)}
        </dd>
      </dl>
      <IconArrowRight size={18} className={classes.arrow} aria-label={texts.home.to} role="img" />
      <dl className={classes.end}>
        <dt>{texts.home.bucket}</dt>
        <dd title={profile.bucket}>{orDash(profile.bucket)}</dd>
        <dd className={classes.second}>{profile.endpoint ?? texts.home.amazonS3}</dd>
      </dl>
    </div>
  )
}

const orDash = (text: string): string => (text === '' ? '–' : text)

function LastRun({ run }: { run: RunSummary | null }) {
  if (!run) return <span className={classes.last}>{texts.home.noRunsYet}</span>
  return (
    <span className={classes.last}>
      <Badge word={wordOfRun(run)} />
      <span>{formatMoment(run.createdAt)}</span>
    </span>
  )
}

/** What comes next: to complete the settings, to look at the last run, or a plan. */
function Next({ profile, lastRun, leads }: ProfileCardProps) {
  const { makePlan } = useStores()
  const go = useNavigation((state) => state.go)
  const unsaved = useDrafts((state) => {
    const draft = state.drafts[profile.id]
    return draft !== undefined && isChanged(draft)
  })
  const busy = useBusy()
  const next = nextStepOf(lastRun)
  const want = useDrafts((state) => state.want)
  const unusable = profile.problem !== null
  const edit = () => {
    if (unusable && !unsaved) want('missing')
    go({ name: 'connection', profileId: profile.id })
  }
  const prominent = leads ? 'filled' : 'light'
  return (
    <div className={classes.foot}>
      <p className={classes.next}>
        {unsaved ? texts.home.nextUnsaved : unusable ? texts.home.nextSettings : next.words}
      </p>
      <div className={classes.actions}>
        {(unsaved || unusable) && (
          <Button variant={unusable ? prominent : 'default'} onClick={edit}>
            {unsaved ? texts.home.continueEditing : texts.home.finishSettings}
          </Button>
        )}
        {!unusable && next.open !== null && lastRun && (
          <Button
            variant={unsaved ? 'default' : prominent}
            aria-label={`${next.open}: ${profile.name}`}
            onClick={() => go({ name: 'run', runId: lastRun.runId })}
          >
            {next.open}
          </Button>
        )}
        <Button
          variant={unusable || next.open !== null ? 'default' : prominent}
          aria-label={texts.home.makePlanFor(profile.name)}
          disabled={busy || unusable}
          onClick={() => void makePlan(profile.id)}
        >
          {texts.home.makeAPlan}
        </Button>
      </div>
    </div>
  )
}
