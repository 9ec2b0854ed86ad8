import { runFacts } from '../../../shared/runKind.ts'
import { doneOf, runWords, undoneWord } from '../../../shared/runWords.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { failuresOf } from '../../components/run/outcome.ts'
import { formatNumber } from '../../format/number.ts'
import { texts } from '../../texts/texts.ts'

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** The counts of a run; together they make up the plan. */
export function ResultStats({ details }: { details: RunDetails }) {
  const { kind, skipped, restored, remaining, copied, planned, seconds } = details
  const { goal, noun } = runFacts[kind]
  const isRepair = noun !== 'file'
  const { failed, excluded } = failuresOf(details)
  const done = doneOf(details)
  const { done: deed } = runWords[kind]
  return (
    <Stats>
      <Stat
        label={capital(deed)}
        value={formatNumber(done)}
        detail={texts.result.of(texts.nouns[noun](planned))}
        tone={done > 0 ? 'good' : 'neutral'}
      />
      <Stat label={texts.result.failed} value={formatNumber(failed)} tone={failed > 0 ? 'bad' : 'neutral'} />
      {excluded > 0 && (
        <Stat
          label={texts.result.excluded}
          value={formatNumber(excluded)}
          detail={texts.result.excludedByPlan}
          tone="warn"
        />
      )}
      {!isRepair && <Stat label={texts.result.skipped} value={formatNumber(skipped)} />}
      {copied > 0 && (
        <Stat
          label={texts.result.copied}
          value={formatNumber(copied)}
          detail={texts.result.notYetSwitched}
          tone="good"
        />
      )}
      <Stat label={texts.result.notStartedLabel} value={formatNumber(remaining - copied)} />
      {goal !== 'restored' && restored > 0 && <Stat label={capital(undoneWord(kind))} value={formatNumber(restored)} />}
      <Stat label={texts.result.size} value={formatBytes(details.bytes)} detail={deed} />
      <Stat label={texts.result.duration} value={seconds === null ? '–' : formatDuration(seconds)} />
    </Stats>
  )
}
