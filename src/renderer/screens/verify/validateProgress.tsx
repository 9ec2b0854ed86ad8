import type { RunSnapshot } from '../../../shared/run.ts'
import { runShare } from '../../../shared/runShare.ts'
import { Announcer } from '../../components/announcer.tsx'
import { PhaseSteps } from '../../components/run/phaseSteps.tsx'
import { ProgressBar } from '../../components/progressBar.tsx'
import { formatPercent } from '../../format/number.ts'
import { phaseWord } from '../../format/status.ts'
import { RunLog } from '../../components/run/runLog.tsx'
import { texts } from '../../texts/texts.ts'

/** A validation under way: which of its steps it is at. */
export function ValidateProgress({ snapshot }: { snapshot: RunSnapshot }) {
  const { phase, copied, log } = snapshot
  const share = runShare(snapshot)
  const percent = share === null ? '' : `, ${formatPercent(share)}`
  const text = texts.validate.progressOf({ phase: phaseWord(phase), copied, percent })
  return (
    <>
      <PhaseSteps kind={snapshot.kind} activity={snapshot.activity} phase={phase} />
      <ProgressBar label={texts.validate.validation} share={share} valueText={text} />
      <RunLog lines={log} />
      <Announcer text={text} moment={phase} />
    </>
  )
}
