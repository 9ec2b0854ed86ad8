import { runFacts } from '../../../shared/runKind.ts'
import type { PlanTotals, RunSnapshot } from '../../../shared/run.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes, formatRate } from '../../format/bytes.ts'
import { formatDuration, formatTimeLeft } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'

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
          <Stat label="Amiss so far" value={formatNumber(counts.failed)} />
          <Stat label="Needs nothing" value={formatNumber(counts.skipped)} />
          <Stat label="Time so far" value={formatDuration(snapshot.seconds)} />
        </>
      )}
      {repairs && (
        <Stat
          label={kind === 'repair' ? 'Repaired' : 'Undone'}
          value={formatNumber(counts.committed + counts.restored)}
          detail={`of ${formatNumber(toDo)}`}
        />
      )}
      {(kind === 'rollback' || kind === 'return') && (
        <>
          <Stat label={`Files ${deed}`} value={formatNumber(counts.restored)} detail={`of ${formatNumber(toDo)}`} />
          <Stat label="Local files checked" value={formatNumber(snapshot.copied)} detail="in this session" />
          <FileRate snapshot={snapshot} />
        </>
      )}
      {runFacts[kind].goal === 'freed' && (
        <>
          <Stat label={`Files ${deed}`} value={formatNumber(counts.freed)} detail={`of ${formatNumber(toDo)}`} />
          <ByteStats snapshot={snapshot} />
        </>
      )}
      {kind !== 'audit' && <Ends snapshot={snapshot} totals={totals} />}
    </Stats>
  )
}

function Ends({ snapshot, totals }: Pick<RunStatsProps, 'snapshot' | 'totals'>) {
  const { counts } = snapshot
  return (
    <>
      <Stat
        wide
        label="Time left"
        value={snapshot.pause === null ? formatTimeLeft(snapshot.secondsLeft) : 'paused'}
        detail={`${formatDuration(snapshot.seconds)} so far`}
      />
      <Stat
        label="Failed"
        value={formatNumber(counts.failed)}
        tone={counts.failed > 0 ? 'bad' : 'neutral'}
        detail={totals && totals.blocked > 0 ? `${formatNumber(totals.blocked)} by the plan` : null}
      />
    </>
  )
}

function CopyStats({ snapshot, toMove }: { snapshot: RunSnapshot; toMove: number }) {
  const { counts, copied, phase } = snapshot
  return (
    <>
      {phase === 'rollback' ? (
        <Stat label="Files rolled back" value={formatNumber(counts.restored)} />
      ) : (
        <Stat label="Files verified" value={formatNumber(copied)} detail={`of ${formatNumber(toMove)}`} />
      )}
      <Stat label="Rows switched" value={formatNumber(counts.committed)} detail={`of ${formatNumber(toMove)}`} />
      <ByteStats snapshot={snapshot} />
    </>
  )
}

function ByteStats({ snapshot }: { snapshot: RunSnapshot }) {
  const { bytesDone, bytesTotal, bytesPerSecond, itemsPerSecond } = snapshot
  return (
    <>
      <Stat label="Size" value={formatBytes(bytesDone)} detail={`of ${formatBytes(bytesTotal)}`} />
      <Stat
        label="Speed"
        value={formatRate(bytesPerSecond)}
        detail={itemsPerSecond === null ? null : `${formatNumber(itemsPerSecond)} files/s`}
      />
    </>
  )
}

function FileRate({ snapshot: { itemsPerSecond } }: { snapshot: RunSnapshot }) {
  return <Stat label="Speed" value={itemsPerSecond === null ? '–' : `${formatNumber(itemsPerSecond)} files/s`} />
}
