import { runWords } from '../../../shared/runWords.ts'
import type { RunSnapshot } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { Announcer } from '../../components/announcer.tsx'
import { isSameError } from '../../format/report.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Notice } from '../../components/notice.tsx'
import { PhaseSteps } from '../../components/run/phaseSteps.tsx'
import { ProgressBar } from '../../components/progressBar.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { formatTimeLeft } from '../../format/duration.ts'
import { activityWords, shareWords } from '../../components/run/progress.ts'
import { runShare } from '../../../shared/runShare.ts'
import { phaseWord } from '../../format/status.ts'
import { useLive } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { FilesInFlight } from './filesInFlight.tsx'
import { PaceForm } from './paceForm.tsx'
import { RunStats } from './runStats.tsx'
import classes from './run.module.css'
import { StopButton } from '../../components/run/stopButton.tsx'
import { ThroughputChart } from './throughputChart.tsx'
import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { RunFailures } from './runFailures.tsx'
import { RunLog } from '../../components/run/runLog.tsx'
import { RunTabs, useRunPlace } from '../../components/run/runTabs.tsx'
import { SettingsUsed } from '../../components/run/settingsUsed.tsx'
import { FilesView } from '../../components/files/filesView.tsx'
import tabs from '../../components/tabs.module.css'
import { runFacts, type RunKind } from '../../../shared/runKind.ts'
import { holdOf } from '../../../shared/hold.ts'

interface RunViewProps {
  snapshot: RunSnapshot
  /** Null until the run's record has been read. */
  details: RunDetails | null
}

/** A run under way: where it stands, how fast it goes, what it does at this moment, and the way to stop it. */
export function RunView({ snapshot, details }: RunViewProps) {
  const error = useLive((state) => state.error)
  const share = runShare(snapshot)
  const percent = shareWords(snapshot) ?? ''
  const { kind, phase, pause, stopping, pace } = snapshot
  const held = holdOf(snapshot)
  const left = held ?? texts.run.timeLeftIs(formatTimeLeft(snapshot.secondsLeft))
  const valueText = `${phaseWord(phase)}: ${percent}, ${left}`
  const moment = `${phase} ${stopping ?? ''} ${pause ?? ''}`
  return (
    <Screen
      back
      title={titleOf(snapshot, details)}
      subtitle={details ? <Route database={details.database} bucket={details.bucket} /> : '\u00a0'}
      actions={
        <>
          {kind !== 'audit' && <PauseButton runId={snapshot.runId} pause={pause} pace={pace} stopping={stopping} />}
          <StopButton runId={snapshot.runId} stopping={stopping} />
        </>
      }
    >
      {error && <ErrorCard error={error} />}
      {snapshot.error && !isSameError(snapshot.error, error) && <ErrorCard error={snapshot.error} />}
      <div className={classes.progress}>
        <div className={classes.line}>
          <PhaseSteps kind={snapshot.kind} activity={snapshot.activity} phase={snapshot.phase} />
          <span className={classes.percent} data-held={held !== null}>
            {[held, percent].filter(Boolean).join(' ')}
          </span>
        </div>
        <ProgressBar label={runWords[snapshot.kind].name} share={share} valueText={valueText} />
      </div>
      <RunTabs
        runId={snapshot.runId}
        counts={{ issues: snapshot.counts.failed, files: details?.totals?.items }}
        views={{
          summary: () => <LiveSummary snapshot={snapshot} details={details} />,
          issues: () => <RunFailures runId={snapshot.runId} failed={snapshot.counts.failed} />,
          ...(details?.totals &&
            runFacts[kind].noun === 'file' && { files: () => <LiveFiles snapshot={snapshot} kind={kind} /> }),
          record: () => (
            <div className={tabs.stack}>
              <RunLog lines={snapshot.log} />
              {details && <SettingsUsed details={details} />}
            </div>
          ),
        }}
      />
      <p className={classes.safe}>{kind === 'audit' ? texts.run.auditReadOnly : texts.run.safeToStop}</p>
      <Announcer moment={moment} text={valueText} />
    </Screen>
  )
}

function titleOf(snapshot: RunSnapshot, details: RunDetails | null): string {
  return [activityWords(snapshot), details?.profile].filter(Boolean).join(' ')
}

/** Holds a run up, and lets it go on. */
function PauseButton({ runId, pause, pace, stopping }: Pick<RunSnapshot, 'runId' | 'pause' | 'pace' | 'stopping'>) {
  const change = useLive((state) => state.pause)
  if (stopping !== null) return null
  const isPaused = pause !== null
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause
  return (
    <Button
      variant={isPaused ? 'filled' : 'default'}
      leftSection={<Icon size={16} aria-hidden />}
      disabled={pace === null}
      onClick={() => void change(runId, !isPaused)}
    >
      {isPaused ? texts.run.resume : texts.run.pause}
    </Button>
  )
}

/** The figures of a run under way, how fast it goes, and what it does at this moment. */
function LiveSummary({ snapshot, details }: RunViewProps) {
  const { kind, phase, pause, pace } = snapshot
  const movesBytes = kind !== 'rollback' && phase !== 'rollback'
  // Others look at things of all kinds, one after the other.
  const handlesFiles = kind !== 'audit' && kind !== 'repair' && (details?.repairs ?? null) === null
  return (
    <div className={tabs.stack}>
      <RunStats
        snapshot={snapshot}
        totals={details?.totals ?? null}
        repairs={kind === 'repair' || kind === 'unrepair'}
        deed={runWords[kind].done}
      />
      {pause !== null && (
        <Notice tone="neutral" title={pause === 'paused' ? texts.run.pausedTitle : texts.run.pausingTitle}>
          {texts.run.pausedMeans}
        </Notice>
      )}
      {handlesFiles && (
        <>
          <div className={classes.pace}>
            <ThroughputChart throughput={snapshot.throughput} inBytes={movesBytes} />
            {pace && (
              <PaceForm runId={snapshot.runId} pace={pace} parallelNow={snapshot.parallelNow} inParallel={movesBytes} />
            )}
          </div>
          <FilesInFlight files={snapshot.active} sending={kind === 'migrate' && phase !== 'rollback'} />
        </>
      )}
    </div>
  )
}

/** Every file of the run as it stands at this moment. */
function LiveFiles({ snapshot, kind }: { snapshot: RunSnapshot; kind: RunKind }) {
  const { runId, counts } = snapshot
  const { filter } = useRunPlace(runId).place
  return (
    <div className={classes.files}>
      <FilesView
        key={JSON.stringify(filter)}
        runId={runId}
        listed={{ of: 'run', kind, isCopied: false }}
        filter={filter}
        moment={counts.planned - counts.remaining}
      />
    </div>
  )
}
