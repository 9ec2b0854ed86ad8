import type { ErrorCode } from '../../../shared/errors.ts'
import { repairFor, type RepairKind } from '../../../shared/auditRepair.ts'
import type { AuditReport, CheckLevel, ProblemGroup } from '../../../shared/run.ts'
import { texts } from '../../texts/texts.ts'

/** What an audit's findings are about. */
export const findingAreas = ['documents', 'files', 'objects'] as const
export type FindingArea = (typeof findingAreas)[number]

const ofFiles: readonly ErrorCode[] = [
  'FILE_ORPHAN',
  'FILE_DUPLICATE',
  'FILE_JUNK',
  'FILE_UNNAMED',
  'FILE_NAMED_ELSEWHERE',
  'FILE_RECENT',
  'FILE_DERIVED',
  'FILE_UNSEEN',
]
const ofObjects: readonly ErrorCode[] = [
  'OBJECT_ORPHAN',
  'OBJECT_UNMARKED',
  'OBJECT_SPARE',
  'OBJECT_RECENT',
  'OBJECT_NOT_OURS',
  'OBJECT_NAMED_ELSEWHERE',
]

export function areaOf(code: ErrorCode): FindingArea {
  if (ofFiles.includes(code)) return 'files'
  return ofObjects.includes(code) ? 'objects' : 'documents'
}

export const areaWords: Record<FindingArea, { title: string; none: string }> = {
  documents: { title: texts.audit.documents, none: texts.audit.noDocumentIssues },
  files: { title: texts.audit.orphanedFiles, none: texts.audit.noOrphanedFiles },
  objects: { title: texts.audit.orphanedObjects, none: texts.audit.noOrphanedObjects },
}

/** What can be done about what was found, in a few words. */
const canBeDone: Record<RepairKind, string> = {
  fixPaths: texts.audit.pathCanBeFixed,
  quarantineFiles: texts.audit.canBeQuarantined,
  removeObjects: texts.audit.canBeDeleted,
  unmarkedObjects: texts.audit.canBeDeletedWithCare,
  removeRows: texts.audit.databaseRecordCanBeDeleted,
}

/** What can be done about findings of one kind, and about how many: by this program, by somebody else, or nothing that need be. */
export function labelOf(
  { code, kind, count }: Pick<ProblemGroup, 'code' | 'kind' | 'count'>,
  { repairable }: Pick<AuditReport, 'repairable'>,
): string {
  const repair = repairFor(code)
  const items = repairable?.[code] ?? (repairable ? 0 : count)
  if (repair !== null && items > 0) {
    return items < count ? texts.audit.someOf({ items, count, what: canBeDone[repair] }) : canBeDone[repair]
  }
  return kind === 'note' ? texts.audit.nothingToDo : texts.audit.needsYourAttention
}

/** Findings of one area; issues before notes, the largest first. */
export function groupsIn(area: FindingArea, { groups }: Pick<AuditReport, 'groups'>): ProblemGroup[] {
  return groups.filter(({ code, kind }) => kind !== 'run' && areaOf(code) === area)
}

/** Whether anything of it can be repaired. */
export const canRepair = ({ repairs }: Pick<AuditReport, 'repairs'>): boolean =>
  Object.values(repairs).some(({ items }) => items > 0)

/** How closely everything is compared, and what that costs. */
export const auditLevelWords: Record<CheckLevel, { label: string; means: string }> = {
  exists: { label: texts.audit.existenceLevel, means: texts.audit.existenceMeans },
  checksum: { label: texts.audit.hashesLevel, means: texts.audit.hashesMeans },
  readback: {
    label: texts.audit.everyByteLevel,
    means: texts.audit.everyByteMeans,
  },
}
