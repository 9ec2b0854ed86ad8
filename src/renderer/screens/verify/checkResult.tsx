import { Accordion } from '@mantine/core'
import type { ReUploaded, RunFindings } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { Notice } from '../../components/notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { checkSentence, levelWords, reUploadedSentence, sortedDrift } from './checkWords.ts'
import { formatMoment } from '../../format/time.ts'
import { texts } from '../../texts/texts.ts'
import { DriftItem } from './driftItem.tsx'
import { useRepairs } from './useRepairs.tsx'

interface CheckResultProps {
  details: RunDetails
  check: NonNullable<RunFindings['check']>
  reUploaded: ReUploaded | null
}

/** What a comparison has found, by kind, each with what puts it right. */
export function CheckResult({ details, check, reUploaded }: CheckResultProps) {
  const { mend, dialogs, disabled } = useRepairs(details)
  const { text, tone } = checkSentence(check)
  const repaired = reUploaded && reUploadedSentence(reUploaded)
  return (
    <>
      {repaired && (
        <Notice tone={repaired.tone} title={repaired.text}>
          <p>{texts.verify.listIsOld}</p>
        </Notice>
      )}
      <Notice tone={tone} title={text}>
        <p>
          {levelWords[check.level].label}, {formatMoment(check.at)}.
        </p>
      </Notice>
      {check.drift.length > 0 && (
        <Panel title={texts.verify.differences} flush>
          <Accordion multiple order={3} chevronPosition="left" keepMounted={false}>
            {sortedDrift(check.drift).map((group) => (
              <DriftItem
                key={`${group.code} ${group.repair}`}
                group={group}
                disabled={disabled}
                onRepair={(repair) => mend(repair, group)}
              />
            ))}
          </Accordion>
        </Panel>
      )}
      {dialogs}
    </>
  )
}
