import { holdOf } from '../../../shared/hold.ts'
import { runFacts } from '../../../shared/runKind.ts'
import type { PlanTotals, RunSnapshot } from '../../../shared/run.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes, formatRate } from '../../format/bytes.ts'
import { formatDuration, formatTimeLeft } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'
import { texts } from '../../texts/texts.ts'

interface RunStatsProps {
  snapshot: RunSnapshot
  totals: PlanTotals | null
  /** What the run does to its files, after "Files". */
  deed: string
  /** It puts right what an audit has found, or takes that back. */
  repairs: boolean
}

/** The figures of a run under way. */
export function RunStats({ snapshot, totals, deed, repairs }: RunStatsProps) {
  const { kind, counts } = snapshot
  const toDo = totals?.move ?? counts.planned - counts.skipped
  return (
    <Stats>
      {kind === 'migrate' && <CopyStats snapshot={snapshot} toMove={toDo} />}
      {kind === 'audit' && (
        <>
          <Stat label={texts.run.issuesSoFar} value={formatNumber(counts.failed)} />
          <Stat label={texts.run.notes} value={formatNumber(counts.skipped)} />
          <Stat label={texts.run.timeSoFar} value={formatDuration(snapshot.seconds)} />
        </>
      )}
      {repairs && (
        <Stat
          label={kind === 'repair' ? texts.run.repaired : texts.run.undone}
          value={formatNumber(counts.committed + counts.restored)}
          detail={texts.run.of(toDo)}
        />
      )}
      {(kind === 'rollback' || kind === 'return') && (
        <>
          <Stat label={texts.run.filesDone(deed)} value={formatNumber(counts.restored)} detail={texts.run.of(toDo)} />
          <Stat
            label={texts.run.localFilesChecked}
            value={formatNumber(snapshot.copied)}
            detail={texts.run.inThisSession}
          />
          <FileRate snapshot={snapshot} />
        </>
      )}
      {runFacts[kind].goal === 'freed' && (
        <>
          <Stat label={texts.run.filesDone(deed)} value={formatNumber(counts.freed)} detail={texts.run.of(toDo)} />
          <ByteStats snapshot={snapshot} />
        </>
      )}
      {kind !== 'audit' && <Ends snapshot={snapshot} totals={totals} />}
    </Stats>
  )
}

function Ends({ snapshot, totals }: Pick<RunStatsProps, 'snapshot' | 'totals'>) {
  // What the plan excluded was never tried.
  const excluded = totals?.blocked ?? 0
  const failed = Math.max(0, snapshot.counts.failed - excluded)
  return (
    <>
      <Stat
        wide
        label={texts.run.timeLeft}
        value={holdOf(snapshot) ?? formatTimeLeft(snapshot.secondsLeft)}
        detail={texts.run.soFar(formatDuration(snapshot.seconds))}
      />
      <Stat
        label={texts.run.failed}
        value={formatNumber(failed)}
        tone={failed > 0 ? 'bad' : 'neutral'}
        detail={excluded > 0 ? texts.run.excluded(excluded) : null}
      />
    </>
  )
}

function CopyStats({ snapshot, toMove }: { snapshot: RunSnapshot; toMove: number }) {
  const { counts, copied, phase } = snapshot
  return (
    <>
      {phase === 'rollback' ? (
        <Stat label={texts.run.filesRolledBack} value={formatNumber(counts.restored)} />
      ) : (
        <Stat label={texts.run.filesVerified} value={formatNumber(copied)} detail={texts.run.of(toMove)} />
      )}
      <Stat label={texts.run.filesSwitchedToS3} value={formatNumber(counts.committed)} detail={texts.run.of(toMove)} />
      <ByteStats snapshot={snapshot} />
    </>
  )
}

function ByteStats({ snapshot }: { snapshot: RunSnapshot }) {
  const { bytesDone, bytesTotal, bytesPerSecond, itemsPerSecond } = snapshot
  return (
    <>
      <Stat label={texts.run.size} value={formatBytes(bytesDone)} detail={texts.run.ofSize(formatBytes(bytesTotal))} />
      <Stat
        label={texts.run.speed}
        value={formatRate(bytesPerSecond)}
        detail={itemsPerSecond === null ? null : texts.run.filesPerSecond(itemsPerSecond)}
      />
    </>
  )
}

function FileRate({ snapshot: { itemsPerSecond } }: { snapshot: RunSnapshot }) {
  return (
    <Stat label={texts.run.speed} value={itemsPerSecond === null ? '–' : texts.run.filesPerSecond(itemsPerSecond)} />
  )
}
