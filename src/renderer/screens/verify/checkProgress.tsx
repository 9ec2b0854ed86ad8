import type { RunSnapshot } from '../../../shared/run.ts'
import { Announcer } from '../../components/announcer.tsx'
import { ProgressBar } from '../../components/progressBar.tsx'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatDuration, formatTimeLeft } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'
import { shareWords } from '../../components/run/progress.ts'
import { runShare } from '../../../shared/runShare.ts'
import { texts } from '../../texts/texts.ts'
import classes from './verify.module.css'

/** A comparison or a repair under way. */
export function CheckProgress({ snapshot }: { snapshot: RunSnapshot }) {
  const { activity, copied, counts, itemsPerSecond, secondsLeft, seconds } = snapshot
  const share = runShare(snapshot)
  const doing = activity === 'check' ? texts.verify.comparing : texts.verify.fixingIssues
  const percent = shareWords(snapshot) ?? ''
  const text = `${doing} ${percent}`.trim()
  return (
    <>
      <div className={classes.progress}>
        <div className={classes.line}>
          <span>{doing}…</span>
          <span>{percent}</span>
        </div>
        <ProgressBar
          label={activity === 'check' ? texts.verify.verification : texts.verify.repair}
          share={share}
          valueText={text}
        />
      </div>
      {activity === 'check' && (
        <Stats>
          <Stat
            label={texts.verify.filesCompared}
            value={formatNumber(copied)}
            detail={texts.verify.of(counts.planned)}
          />
          <Stat
            label={texts.verify.speed}
            value={itemsPerSecond === null ? '–' : texts.verify.filesPerSecond(itemsPerSecond)}
          />
          <Stat
            label={texts.verify.timeLeft}
            value={formatTimeLeft(secondsLeft)}
            detail={texts.verify.soFar(formatDuration(seconds))}
          />
        </Stats>
      )}
      <Announcer text={text} moment={activity} />
    </>
  )
}
