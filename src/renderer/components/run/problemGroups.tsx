import { Accordion } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ProblemGroup } from '../../../shared/run.ts'
import { formatNumber } from '../../format/number.ts'
import { problemText } from '../../format/report.ts'
import type { Tone } from '../../format/status.ts'
import { texts } from '../../texts/texts.ts'
import { CopyButton } from '../copyButton.tsx'
import classes from './problemGroups.module.css'

type Kind = ProblemGroup['kind']

const kinds: Record<Kind, { order: number; label: string; tone: Tone }> = {
  run: { order: 0, label: texts.components.theWholeRun, tone: 'bad' },
  failed: { order: 1, label: texts.components.excluded, tone: 'bad' },
  skipped: { order: 2, label: texts.components.skipped, tone: 'neutral' },
  note: { order: 3, label: texts.components.note, tone: 'active' },
}

/** All of it was ruled out by the plan: nothing of it has been tried. */
export const isExcluded = ({ count, excluded = 0 }: ProblemGroup): boolean => excluded === count

/** How many files have an issue: what a tab counts. Notes and the run as a whole are none. */
export const issueCount = (groups: ProblemGroup[] | null): number | undefined =>
  groups?.filter(({ kind }) => kind === 'failed').reduce((sum, { count }) => sum + count, 0)

interface ProblemGroupsProps {
  groups: ProblemGroup[]
  /** What those that failed cannot do. */
  failedLabel?: string
  /** What stands beside the title, where it depends on the code. */
  labelOf?: (group: ProblemGroup) => string
  /** What is shown of a group below its remedy when it is opened. */
  details: (group: ProblemGroup) => ReactNode
}

/** Problems by cause, the grave ones first; each opens to its remedy and details. */
export function ProblemGroups({
  groups,
  failedLabel = kinds.failed.label,
  labelOf = (group) =>
    isExcluded(group) ? kinds.failed.label : group.kind === 'failed' ? failedLabel : kinds[group.kind].label,
  details,
}: ProblemGroupsProps) {
  const sorted = groups.toSorted((a, b) => kinds[a.kind].order - kinds[b.kind].order || b.count - a.count)
  return (
    <Accordion multiple order={3} chevronPosition="left" keepMounted={false} classNames={groupStyles}>
      {sorted.map((group, index) => (
        <Accordion.Item key={`${group.code}-${index}`} value={`${group.code}-${index}`}>
          <Accordion.Control>
            <span className={classes.line}>
              <span className={classes.title}>{group.title}</span>
              <span className={classes.kind}>{labelOf(group)}</span>
              <span className={classes.count} data-tone={isExcluded(group) ? 'warn' : kinds[group.kind].tone}>
                {formatNumber(group.count)}
              </span>
            </span>
          </Accordion.Control>
          <Accordion.Panel>
            <div className={classes.advice}>
              <p className={classes.remedy}>{group.remedy}</p>
              <code className={classes.code}>{group.code}</code>
              <CopyButton text={problemText(group)} what={`“${group.title}”`} />
            </div>
            {details(group)}
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}

/** How a list that unfolds looks. */
export const groupStyles = {
  control: classes.control ?? '',
  chevron: classes.chevron ?? '',
  label: classes.label ?? '',
  item: classes.item ?? '',
  content: classes.content ?? '',
}
