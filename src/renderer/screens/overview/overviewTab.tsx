import { Anchor, Button } from '@mantine/core'
import { useEffect } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { runWords } from '../../../shared/runWords.ts'
import { Badge } from '../../components/badge.tsx'
import { BackupLine } from '../../components/backup/backupLine.tsx'
import { ProfileMenu } from '../../components/connection/profileMenu.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Panel } from '../../components/panel.tsx'
import { InterruptedRuns, useInterruptedRuns } from '../../components/run/interruptedRuns.tsx'
import { RunUnderWay } from '../../components/run/runUnderWay.tsx'
import { Screen } from '../../components/screen.tsx'
import { wordOfRun } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import {
  useBusy,
  useConnectionRuns,
  useCounts,
  useDoctor,
  useFindings,
  useLive,
  useNavigation,
  useProfiles,
  useReadurState,
  useReadurStates,
  useStores,
  useDrafts,
} from '../../stores/context.tsx'
import { useStanding } from '../../stores/useStanding.ts'
import { texts } from '../../texts/texts.ts'
import { Course } from './course.tsx'
import { courseOf, nextOf } from './courseSteps.ts'
import classes from './overview.module.css'
import { StandingPanel } from './standingPanel.tsx'
import { StepAction } from './stepAction.tsx'

const none: RunSummary[] = []

/** Where a connection stands on its way to S3, and the next step. */
export function OverviewTab({ profile }: { profile: ProfileSummary }) {
  const { id, name, server, problem } = profile
  const refused = useLive((state) => state.error)
  const failed = useProfiles((state) => state.error)
  const runs = useConnectionRuns((state) => state.lists[id] ?? null)
  const error = useConnectionRuns((state) => state.errors[id] ?? null)
  const load = useConnectionRuns((state) => state.load)
  const interrupted = useInterruptedRuns().filter(({ profileId }) => profileId === id)
  const { sentence } = useStanding(profile)
  const course = useCourse(profile)
  const next = nextOf(course)
  const look = useReadurStates((state) => state.look)
  // What is on this computer answers at once; a server is only asked when somebody wants to know.
  const isNear = server === null && problem === null
  useEffect(() => {
    if (isNear) void look(id)
  }, [isNear, look, id])
  return (
    <Screen
      title={name}
      subtitle={sentence}
      actions={
        <>
          <ProfileMenu profile={profile} />
          {(next?.step !== 'plan' || problem !== null) && <MakePlan profile={profile} />}
          {problem === null ? (
            runs && next && <StepAction step={next.step} leads profile={profile} runs={runs} />
          ) : (
            <FinishSettings profileId={id} />
          )}
        </>
      }
    >
      <RunUnderWay />
      {refused && <ErrorCard error={refused} />}
      {failed && <ErrorCard error={failed} />}
      <InterruptedRuns runs={interrupted} />
      {problem !== null && (
        <p role="alert" className={classes.problem} data-tone="bad">
          {problem}
        </p>
      )}
      {error && <ErrorCard error={error} onRetry={() => void load(id)} />}
      <StandingPanel profile={profile} />
      <div className={classes.columns}>
        <div className={classes.main}>
          {runs || error ? (
            <Course profile={profile} runs={runs ?? none} course={course} />
          ) : (
            <Loading what={texts.overview.itsRuns} />
          )}
        </div>
        <div className={classes.side}>
          <Panel title={texts.overview.databaseBackup}>
            <BackupLine profileId={id} runId={null} disabled={problem !== null} />
          </Panel>
          <ConnectionFacts profile={profile} />
          <LatestRuns profileId={id} runs={runs} />
        </div>
      </div>
    </Screen>
  )
}

/** A plan can be made at any time; it is not what comes next here. */
function MakePlan({ profile }: { profile: ProfileSummary }) {
  const { makePlan } = useStores()
  const busy = useBusy()
  return (
    <Button
      variant="default"
      aria-label={texts.shell.makePlanFor(profile.name)}
      disabled={busy || profile.problem !== null}
      onClick={() => void makePlan(profile.id)}
    >
      {texts.shell.makeAPlan}
    </Button>
  )
}

function FinishSettings({ profileId }: { profileId: string }) {
  const go = useNavigation((state) => state.go)
  const want = useDrafts((state) => state.want)
  const finish = () => {
    want('missing')
    go({ name: 'connection', profileId, tab: 'settings' })
  }
  return <Button onClick={finish}>{texts.overview.finishSettings}</Button>
}

/** What is known of the connection, put together from all that knows of it. */
function useCourse(profile: ProfileSummary) {
  const profileId = profile.id
  const { migration, plan } = useStanding(profile)
  const runs = useConnectionRuns((state) => state.lists[profileId] ?? none)
  const counts = useCounts((state) => state.counts[profileId]) ?? null
  const tested = useDoctor(({ passed }) => passed.includes(profileId))
  const readur = useReadurState(profileId)
  const movedId = migration?.runId ?? null
  const loadFindings = useFindings((state) => state.load)
  const check = useFindings(({ key, value }) => (key === movedId ? value?.check : null))
  const compared = check && check.sound === check.checked
  useEffect(() => {
    if (movedId !== null) void loadFindings(movedId)
  }, [loadFindings, movedId])
  const validated = migration?.validated ?? (compared ? true : null)
  return courseOf({ runs, migration, plan, counts, tested, readur, validated })
}

/** What the connection leads from and to. */
function ConnectionFacts({ profile }: { profile: ProfileSummary }) {
  const facts = [
    [texts.overview.readurOn, profile.server ?? texts.overview.thisComputer],
    [texts.overview.database, profile.database],
    [texts.overview.uploads, profile.uploads],
    [texts.overview.bucket, profile.bucket],
    [texts.overview.storage, profile.endpoint ?? texts.overview.amazonS3],
    [texts.overview.settingsFrom, profile.source],
  ]
  return (
    <Panel title={texts.overview.sourceAndDestination}>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === '' ? '–' : value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}

const shown = 6

/** The latest runs of the connection. */
function LatestRuns({ profileId, runs }: { profileId: string; runs: RunSummary[] | null }) {
  const go = useNavigation((state) => state.go)
  if (!runs) return null
  return (
    <Panel
      title={texts.overview.runs}
      aside={
        <Button variant="subtle" size="compact-sm" onClick={() => go({ name: 'connection', profileId, tab: 'runs' })}>
          {texts.overview.showAll}
        </Button>
      }
    >
      {runs.length === 0 && <p className={classes.none}>{texts.overview.noRunsYet}</p>}
      <ul className={classes.runs}>
        {runs.slice(0, shown).map((run) => (
          <li key={run.runId}>
            <span className={classes.run}>
              <Anchor component="button" onClick={() => go({ name: 'run', runId: run.runId })}>
                {formatMoment(run.createdAt)}
              </Anchor>
              <span className={classes.kind}>{runWords[run.kind].name}</span>
            </span>
            <Badge word={wordOfRun(run)} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}
