import { repairKinds, type RepairKind, type AuditRepairs } from '../../../shared/auditRepair.ts'
import type { AuditReport } from '../../../shared/run.ts'

const none: AuditRepairs = {
  fixPaths: false,
  quarantineFiles: false,
  removeObjects: false,
  unmarkedObjects: false,
  removeRows: false,
}

/** What is ticked at first: what moves and points only. Whatever takes something away is for the user to choose. */
export const firstRepairs = ({ repairs }: Pick<AuditReport, 'repairs'>): AuditRepairs => ({
  ...none,
  fixPaths: repairs.fixPaths.items > 0,
  quarantineFiles: repairs.quarantineFiles.items > 0,
})

/** With or without one kind. Objects that do not say whose they are go only with those that do. */
export function withRepair(draft: AuditRepairs, kind: RepairKind, wanted: boolean): AuditRepairs {
  if (kind === 'unmarkedObjects' && wanted) return { ...draft, unmarkedObjects: true, removeObjects: true }
  if (kind === 'removeObjects' && !wanted) return { ...draft, removeObjects: false, unmarkedObjects: false }
  return { ...draft, [kind]: wanted }
}

export const isEmpty = (draft: AuditRepairs): boolean => repairKinds.every((kind) => !draft[kind])
