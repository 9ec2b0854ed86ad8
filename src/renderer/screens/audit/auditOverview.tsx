import { Button } from '@mantine/core'
import type { PlanFilter } from '../../../shared/planTable.ts'
import type { AuditReport, ProblemGroup } from '../../../shared/run.ts'
import { Panel } from '../../components/panel.tsx'
import { ProblemExamples } from '../../components/run/problemExamples.tsx'
import { ProblemGroups } from '../../components/run/problemGroups.tsx'
import { areaWords, findingAreas, groupsIn, labelOf } from '../../components/run/auditWords.ts'
import { texts } from '../../texts/texts.ts'
import classes from './audit.module.css'

interface AuditOverviewProps {
  report: AuditReport
  /** Shows the findings that a filter leaves; absent where they cannot be listed. */
  onShow: ((filter: PlanFilter) => void) | null
}

/** What was found, by what it is about and by kind: what it means, what can be done, the first few of each. */
export function AuditOverview({ report, onShow }: AuditOverviewProps) {
  const isWhole = report.status !== 'interrupted'
  return findingAreas.map((area) => {
    const groups = groupsIn(area, report)
    const { title, none } = areaWords[area]
    const amiss = groups.reduce((sum, { kind, count }) => (kind === 'note' ? sum : sum + count), 0)
    return (
      <Panel key={area} title={title} aside={amiss > 0 ? texts.audit.issuesFound(amiss) : undefined} flush>
        {groups.length === 0 ? (
          <p className={classes.none}>{isWhole ? none : texts.audit.notComparedToTheEnd}</p>
        ) : (
          <ProblemGroups
            groups={groups}
            labelOf={(group) => labelOf(group, report)}
            details={(group) => <GroupDetails group={group} onShow={onShow} />}
          />
        )}
      </Panel>
    )
  })
}

function GroupDetails({ group, onShow }: { group: ProblemGroup } & Pick<AuditOverviewProps, 'onShow'>) {
  return (
    <>
      <ProblemExamples group={group} noun="finding" />
      {onShow && (
        <Button
          className={classes.all ?? ''}
          variant="default"
          size="compact-sm"
          onClick={() => onShow({ code: group.code })}
        >
          {texts.audit.showGroup(group.count)}
        </Button>
      )}
    </>
  )
}
