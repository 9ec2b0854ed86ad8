import { Anchor, Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { CountsBar } from '../../components/connection/countsBar.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Panel } from '../../components/panel.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { courseOf, migrationOf } from './courseSteps.ts'
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
} from '../../stores/context.tsx'
import { BackupLine } from '../../components/backup/backupLine.tsx'
import { ProfileMenu } from '../../components/connection/profileMenu.tsx'
import { RunUnderWay } from '../../components/run/runUnderWay.tsx'
import { texts } from '../../texts/texts.ts'
import { AuditDialog } from '../../components/run/auditDialog.tsx'
import { Course } from './course.tsx'
import classes from './overview.module.css'
import { runWords } from '../../../shared/runWords.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { Badge } from '../../components/badge.tsx'
import { wordOfRun } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'

/** Where a connection stands on its way to S3, and the next step. */
export function OverviewScreen({ profileId }: { profileId: string }) {
  const profiles = useProfiles((state) => state.profiles)
  const failed = useProfiles((state) => state.error)
  const load = useProfiles((state) => state.load)
  const go = useNavigation((state) => state.go)
  const profile = profiles?.find(({ id }) => id === profileId)
  if (profile) return <Overview key={profileId} profile={profile} />
  return (
    <Screen back title={texts.overview.connection}>
      {failed && <ErrorCard error={failed} onRetry={() => void load()} />}
      {!profiles && !failed && <Loading what={texts.overview.theConnection} />}
      {profiles && (
        <Panel title={texts.overview.connectionNotFound}>
          <p className={classes.gone}>{texts.overview.connectionDeleted}</p>
          <Button variant="default" onClick={() => go({ name: 'history' })}>
            {texts.overview.openHistory}
          </Button>
        </Panel>
      )}
    </Screen>
  )
}

function Overview({ profile }: { profile: ProfileSummary }) {
  const { id, name, server, problem } = profile
  const [auditing, setAuditing] = useState(false)
  const busy = useBusy()
  const refused = useLive((state) => state.error)
  const go = useNavigation((state) => state.go)
  const runs = useConnectionRuns(({ key, value }) => (key === id ? value : null))
  const error = useConnectionRuns((state) => state.error)
  const load = useConnectionRuns((state) => state.load)
  const moved = migrationOf(runs ?? [])
  const course = useCourse(id)
  useEffect(() => void load(id), [load, id])
  const look = useReadurStates((state) => state.look)
  // What is on this computer answers at once; a server is only asked when somebody wants to know.
  const isNear = server === null && problem === null
  useEffect(() => {
    if (isNear) void look(id)
  }, [isNear, look, id])
  return (
    <Screen
      back
      title={name}
      subtitle={<Route database={profile.database} bucket={profile.bucket} />}
      actions={
        <>
          <Button variant="default" disabled={busy || problem !== null} onClick={() => setAuditing(true)}>
            {texts.overview.audit}
          </Button>
          <Button variant="default" onClick={() => go({ name: 'connection', profileId: id })}>
            {texts.overview.edit}
          </Button>
          <ProfileMenu profile={profile} />
        </>
      }
    >
      <RunUnderWay />
      {refused && <ErrorCard error={refused} />}
      {problem !== null && (
        <p role="alert" className={classes.problem} data-tone="bad">
          {problem}
        </p>
      )}
      {error && <ErrorCard error={error} onRetry={() => void load(id)} />}
      <div className={classes.columns}>
        <div className={classes.main}>
          {runs || error ? (
            <Course profile={profile} runs={runs ?? []} course={course} />
          ) : (
            <Loading what={texts.overview.itsRuns} />
          )}
        </div>
        <div className={classes.side}>
          <Panel title={texts.overview.documents}>
            <CountsBar profile={profile} failed={moved?.failed ?? 0} />
          </Panel>
          <Panel title={texts.overview.databaseBackup}>
            <BackupLine profileId={id} runId={null} disabled={problem !== null} />
          </Panel>
          <ConnectionFacts profile={profile} />
          <ConnectionHistory runs={runs} />
        </div>
      </div>
      {auditing && <AuditDialog profile={profile} onClose={() => setAuditing(false)} />}
    </Screen>
  )
}

/** What is known of the connection, put together from all that knows of it. */
function useCourse(profileId: string) {
  const runs = useConnectionRuns(({ key, value }) => (key === profileId ? value : null)) ?? []
  const counts = useCounts((state) => state.counts[profileId]) ?? null
  const tested = useDoctor(({ passed }) => passed.includes(profileId))
  const readur = useReadurState(profileId)
  const moved = migrationOf(runs)
  const movedId = moved?.runId ?? null
  const loadFindings = useFindings((state) => state.load)
  const check = useFindings(({ key, value }) => (key === movedId ? value?.check : null))
  const compared = check && check.sound === check.checked
  useEffect(() => {
    if (movedId !== null) void loadFindings(movedId)
  }, [loadFindings, movedId])
  const validated = moved?.validated ?? (compared ? true : null)
  return courseOf({ runs, counts, tested, readur, validated })
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
function ConnectionHistory({ runs }: { runs: RunSummary[] | null }) {
  const go = useNavigation((state) => state.go)
  if (!runs) return null
  return (
    <Panel
      title={texts.overview.runs}
      aside={
        <Button variant="subtle" size="compact-sm" onClick={() => go({ name: 'history' })}>
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
