import { runWords } from '../../../shared/runWords.ts'
import type { RunSnapshot } from '../../../shared/run.ts'
import type { RunKind } from '../../../shared/runKind.ts'
import { Announcer } from '../announcer.tsx'
import { PhaseSteps } from './phaseSteps.tsx'
import { ProgressBar } from '../progressBar.tsx'
import { Stat, Stats } from '../stat.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'
import { texts } from '../../texts/texts.ts'
import classes from './run.module.css'

/** A plan as it is being made; there is nothing to count before the checks are over. `null` before the first news of it. */
export function PlanProgress({ snapshot, kind = 'migrate' }: { snapshot: RunSnapshot | null; kind?: RunKind }) {
  const phase = snapshot?.phase ?? 'check'
  const activity = snapshot?.activity ?? 'plan'
  const documents = snapshot?.documents ?? 0
  const blocked = snapshot?.counts.failed ?? 0
  const text = phase === 'check' ? texts.plan.checkingPlaces : texts.plan.checkingFiles(documents)
  return (
    <>
      <PhaseSteps kind={snapshot?.kind ?? kind} activity={activity} phase={phase} />
      <ProgressBar label={texts.plan.plan} share={null} valueText={text} />
      {phase === 'check' ? (
        <p className={classes.doing}>{text}…</p>
      ) : (
        <Stats>
          <Stat label={texts.plan.documents} value={formatNumber(documents)} />
          <Stat label={texts.plan.files} value={formatNumber(snapshot?.counts.planned ?? 0)} />
          <Stat
            label={snapshot?.kind === 'rollback' ? texts.plan.toDownload : texts.plan.size}
            value={formatBytes(snapshot?.bytesTotal ?? 0)}
          />
          <Stat
            label={runWords[snapshot?.kind ?? kind].failed}
            value={formatNumber(blocked)}
            tone={blocked > 0 ? 'bad' : 'neutral'}
          />
          <Stat label={texts.plan.time} value={formatDuration(snapshot?.seconds ?? 0)} />
        </Stats>
      )}
      <Announcer text={text} moment={phase} />
    </>
  )
}
