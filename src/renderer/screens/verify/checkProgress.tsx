import type { RunSnapshot } from '../../../shared/run.ts'
import { Announcer } from '../../components/announcer.tsx'
import { ProgressBar } from '../../components/progressBar.tsx'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatDuration, formatTimeLeft } from '../../format/duration.ts'
import { formatNumber, formatPercent } from '../../format/number.ts'
import { runShare } from '../../../shared/runShare.ts'
import classes from './verify.module.css'

/** A comparison or a repair under way. */
export function CheckProgress({ snapshot }: { snapshot: RunSnapshot }) {
  const { activity, copied, counts, itemsPerSecond, secondsLeft, seconds } = snapshot
  const share = runShare(snapshot)
  const doing = activity === 'check' ? 'Comparing rows, objects and files' : 'Putting right what was found'
  const percent = share === null ? '' : formatPercent(share)
  const text = `${doing} ${percent}`.trim()
  return (
    <>
      <div className={classes.progress}>
        <div className={classes.line}>
          <span>{doing}…</span>
          <span>{percent}</span>
        </div>
        <ProgressBar label={activity === 'check' ? 'Comparison' : 'Repair'} share={share} valueText={text} />
      </div>
      {activity === 'check' && (
        <Stats>
          <Stat label="Files compared" value={formatNumber(copied)} detail={`of ${formatNumber(counts.planned)}`} />
          <Stat label="Speed" value={itemsPerSecond === null ? '–' : `${formatNumber(itemsPerSecond)} files/s`} />
          <Stat label="Time left" value={formatTimeLeft(secondsLeft)} detail={`${formatDuration(seconds)} so far`} />
        </Stats>
      )}
      <Announcer text={text} moment={activity} />
    </>
  )
}
