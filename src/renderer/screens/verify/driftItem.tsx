import { Accordion, Button } from '@mantine/core'
import type { DriftGroup, Repair } from '../../../shared/run.ts'
import { CopyButton } from '../../components/copyButton.tsx'
import { ProblemExamples } from '../../components/run/problemExamples.tsx'
import { texts } from '../../texts/texts.ts'
import groups from '../../components/run/problemGroups.module.css'
import { repairWords, withoutRepair } from './checkWords.ts'
import { formatNumber } from '../../format/number.ts'
import { driftText } from '../../format/report.ts'
import classes from './verify.module.css'

interface DriftItemProps {
  group: DriftGroup
  disabled: boolean
  onRepair: (repair: Repair) => void
}

/** Differences of one kind: how many, which, and the button that puts them right. */
export function DriftItem({ group, disabled, onRepair }: DriftItemProps) {
  const words = repairWords(group.repair)
  const tone = group.note ? 'neutral' : words ? 'warn' : 'bad'
  return (
    <Accordion.Item value={`${group.code}-${group.repair}`}>
      <Accordion.Control>
        <span className={groups.line}>
          <span className={groups.title}>{group.title}</span>
          <span className={groups.kind}>{group.note ? texts.verify.note : texts.verify.differsFromTheRecord}</span>
          <span className={groups.count} data-tone={tone}>
            {formatNumber(group.count)}
          </span>
        </span>
      </Accordion.Control>
      <Accordion.Panel>
        <div className={classes.advice}>
          <p className={classes.means}>{words?.means ?? withoutRepair(group)}</p>
          <code className={classes.code}>{group.code}</code>
          <CopyButton text={driftText(group)} what={`“${group.title}”`} />
          {words && (
            <Button size="compact-sm" variant="light" disabled={disabled} onClick={() => onRepair(group.repair)}>
              {words.label}
            </Button>
          )}
        </div>
        <ProblemExamples group={group} />
      </Accordion.Panel>
    </Accordion.Item>
  )
}
