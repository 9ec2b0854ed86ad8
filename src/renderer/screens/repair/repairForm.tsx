import { Checkbox } from '@mantine/core'
import { repairKinds, type RepairKind, type AuditRepairs } from '../../../shared/auditRepair.ts'
import type { AuditReport } from '../../../shared/run.ts'
import { shareText } from '../../components/run/repairWords.ts'
import { texts } from '../../texts/texts.ts'
import { withRepair } from './draft.ts'
import classes from './repair.module.css'

interface RepairFormProps {
  report: AuditReport
  draft: AuditRepairs
  onChange: (draft: AuditRepairs) => void
}

/** The kinds of repairs, the safest first; what takes something away is not ticked until the user does. */
export function RepairForm({ report, draft, onChange }: RepairFormProps) {
  return (
    <div role="group" aria-label={texts.repair.whatToRepair} className={classes.kinds}>
      {repairKinds.map((kind) => (
        <Choice
          key={kind}
          kind={kind}
          report={report}
          checked={draft[kind]}
          onChange={(wanted) => onChange(withRepair(draft, kind, wanted))}
        />
      ))}
    </div>
  )
}

interface ChoiceProps {
  kind: RepairKind
  report: AuditReport
  checked: boolean
  onChange: (wanted: boolean) => void
}

function Choice({ kind, report, checked, onChange }: ChoiceProps) {
  const { label, means } = texts.repair.kinds[kind]
  const share = report.repairs[kind]
  return (
    <div className={classes.kind} data-within={kind === 'unmarkedObjects'} data-last={kind === 'removeRows'}>
      <Checkbox
        label={label}
        description={means}
        checked={checked}
        disabled={share.items === 0}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span className={classes.share}>{shareText(kind, share)}</span>
    </div>
  )
}
