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
import { formatNumber } from '../../format/number.ts'
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
import { Button, Tabs } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { RunFailures } from './runFailures.tsx'
import { LogLines } from '../../components/run/runLog.tsx'

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
  const left = pause === null ? texts.run.timeLeftIs(formatTimeLeft(snapshot.secondsLeft)) : pauseWords[pause]
  const valueText = `${phaseWord(phase)}: ${percent}, ${left}`
  const moment = `${phase} ${stopping ?? ''} ${pause ?? ''}`
  const movesBytes = kind !== 'rollback' && phase !== 'rollback'
  // Others look at things of all kinds, one after the other.
  const handlesFiles = kind !== 'audit' && kind !== 'repair' && (details?.repairs ?? null) === null
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
          <span className={classes.percent}>{percent}</span>
        </div>
        <ProgressBar label={runWords[snapshot.kind].name} share={share} valueText={valueText} />
      </div>
      <RunStats
        snapshot={snapshot}
        totals={details?.totals ?? null}
        repairs={kind === 'repair' || kind === 'unrepair'}
        deed={runWords[kind].done}
      />
      {pause !== null && (
        <Notice tone="neutral" title={pauseTitles[pause]}>
          {pausedText}
        </Notice>
      )}
      {handlesFiles && (
        <div className={classes.pace}>
          <ThroughputChart throughput={snapshot.throughput} inBytes={movesBytes} />
          {pace && (
            <PaceForm runId={snapshot.runId} pace={pace} parallelNow={snapshot.parallelNow} inParallel={movesBytes} />
          )}
        </div>
      )}
      <div className={classes.columns} data-single={!handlesFiles}>
        {handlesFiles && <FilesInFlight files={snapshot.active} sending={kind === 'migrate' && phase !== 'rollback'} />}
        <RunActivity runId={snapshot.runId} log={snapshot.log} counts={snapshot.counts} />
      </div>
      <p className={classes.safe}>{kind === 'audit' ? texts.run.auditReadOnly : texts.run.safeToStop}</p>
      <Announcer moment={moment} text={snapshot.stopping === null ? valueText : texts.run.stoppingAt(valueText)} />
    </Screen>
  )
}

const pauseWords = { pausing: texts.run.pausing, paused: texts.run.paused }

const pauseTitles = {
  pausing: texts.run.pausingTitle,
  paused: texts.run.pausedTitle,
}

const pausedText = texts.run.pausedMeans

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

/** What a run says as it goes: its log, and what has failed by cause. */
function RunActivity({ runId, log, counts }: Pick<RunSnapshot, 'runId' | 'log' | 'counts'>) {
  return (
    <section className={classes.panel} aria-label={texts.run.logAndFailures}>
      <Tabs defaultValue="log" keepMounted={false}>
        <Tabs.List aria-label={texts.run.logAndFailures}>
          <Tabs.Tab value="log">{texts.run.log}</Tabs.Tab>
          <Tabs.Tab value="failures">
            {texts.run.failures}
            {counts.failed > 0 && ` (${formatNumber(counts.failed)})`}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="log" tabIndex={-1}>
          <LogLines lines={log} />
        </Tabs.Panel>
        <Tabs.Panel value="failures" className={classes.failures} tabIndex={0}>
          <RunFailures runId={runId} failed={counts.failed} />
        </Tabs.Panel>
      </Tabs>
    </section>
  )
}
