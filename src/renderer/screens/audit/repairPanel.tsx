import { Button } from '@mantine/core'
import { repairKinds } from '../../../shared/auditRepair.ts'
import type { AuditReport } from '../../../shared/run.ts'
import { Panel } from '../../components/panel.tsx'
import { formatNumber } from '../../format/number.ts'
import { texts } from '../../texts/texts.ts'
import classes from './audit.module.css'

interface RepairPanelProps {
  report: AuditReport
  disabled: boolean
  onChoose: () => void
}

/** How much of what was found this program can put right, and the way there. */
export function RepairPanel({ report, disabled, onChoose }: RepairPanelProps) {
  const possible = repairKinds.filter((kind) => report.repairs[kind].items > 0)
  if (possible.length === 0) return null
  return (
    <Panel title={texts.audit.whatCanBeRepaired}>
      <ul className={classes.lines}>
        {possible.map((kind) => (
          <li key={kind}>
            <span>{texts.repair.kinds[kind].short}</span>
            <span className={classes.count}>{formatNumber(report.repairs[kind].items)}</span>
          </li>
        ))}
      </ul>
      <Button fullWidth variant="default" disabled={disabled} onClick={onChoose}>
        {texts.audit.chooseRepairs}
      </Button>
    </Panel>
  )
}
