import { errorCatalogue, type ErrorCode } from '../../shared/errors.ts'
import { repairFor, type RepairKind } from '../../shared/repair.ts'
import type { AuditReport, CheckLevel, ProblemGroup } from '../../shared/run.ts'

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
  documents: { title: 'Documents', none: 'Every row has its file or its object, as it was uploaded.' },
  files: { title: 'Files that no row names', none: 'Every file in the uploads folder is named by a row.' },
  objects: { title: 'Objects that no row points at', none: 'Every object is one that a row points at.' },
}

/** What can be done about what was found, in a few words. */
const canBeDone: Record<RepairKind, string> = {
  fixPaths: 'Path can be corrected',
  quarantineFiles: 'Can be set aside',
  removeObjects: 'Can be removed',
  unmarkedObjects: 'Can be removed, with care',
  removeRows: 'Row can be removed, last',
}

/** What can be done about findings of one kind: by this program, by somebody else, or nothing that need be. */
export function labelOf({ code, kind }: Pick<ProblemGroup, 'code' | 'kind'>): string {
  const repair = repairFor(code)
  if (repair !== null) return canBeDone[repair]
  return kind === 'note' ? 'Needs nothing' : 'To look at'
}

/** Where the catalogue names commands, the window has words of its own. */
const advice: Partial<Record<ErrorCode, string>> = {
  FILE_MISSING:
    'The document is nowhere: not below the uploads folder, not in the quarantine, not in the bucket. Restore the file from a backup and audit again. Only when there is none, its row can be removed, after it was saved whole.',
  FILE_RECOVERABLE:
    'The document is there, but Readur does not find it under the path of its row. The path can be corrected, once the hash of the file was compared.',
  FILE_TWIN:
    'The same bytes belong to another document, which has its file. Copy that file to the path shown, then audit again. The row is never removed while its content exists.',
  FILE_SET_ASIDE:
    'The file was put aside and its row still names the old place. It can be put back, once its hash was compared.',
  FILE_ON_S3: 'The file is gone, the object is whole. The row can be pointed at it, once its hash was compared.',
  FILE_UNPROVEN:
    'The file is gone. What is named may be the document, but its hash can’t tell. Open it and compare. The row is never removed while it is there.',
  OBJECT_UNPROVEN:
    'The object is gone. What is named may be the document, but its hash can’t tell. If a run moved it, roll that run back; else open what is named and compare. The row is never removed while it is there.',
  OBJECT_MISSING:
    'The row points at an object that is not there, and the document is nowhere else. Restore it from a backup or an older version of the bucket. If a run has copied it from a local file, verify that run: it can send it again. Only when there is nothing, its row can be removed, after it was saved whole.',
  OBJECT_RECOVERABLE:
    'The object is gone, and the document lies elsewhere. The row can be pointed there, once the hash was compared.',
  FILE_ORPHAN:
    'No row of any table names it, and no live document has the same content. Look at it; it can be moved to quarantine/, and back.',
  FILE_DUPLICATE:
    'A live document has the same content: mostly a duplicate upload that failed. It can be moved to quarantine/, and back.',
  FILE_JUNK: 'Left by an operating system, a network drive or a copy that did not end. It can be moved to quarantine/.',
  OBJECT_ORPHAN:
    'It was made for this database, and its document is not there any more. It can be removed, after its bytes were saved to quarantine/.',
  OBJECT_UNMARKED:
    'Its document is not in this database, but it does not say whose it is: Readur itself leaves such objects when a document is deleted. It can be removed, after its bytes were saved, if no other Readur uses this bucket.',
}

/** What findings mean, and what can be done. */
export const adviceFor = (code: ErrorCode): string => advice[code] ?? errorCatalogue[code].remedy

/** Findings of one area; what is amiss first, most first. */
export function groupsIn(area: FindingArea, { groups }: Pick<AuditReport, 'groups'>): ProblemGroup[] {
  return groups
    .filter(({ code, kind }) => kind !== 'run' && areaOf(code) === area)
    .map((group) => ({ ...group, remedy: adviceFor(group.code) }))
}

/** How much can be put right, and whether anything can. */
export const canRepair = ({ repairs }: Pick<AuditReport, 'repairs'>): boolean =>
  Object.values(repairs).some(({ items }) => items > 0)

/** How closely everything is compared, and what that costs. */
export const auditLevelWords: Record<CheckLevel, { label: string; means: string }> = {
  exists: { label: 'What is there', means: 'Every row, file and object, with its size. Reads no content.' },
  checksum: { label: 'Local files by their hash', means: 'And every local file with a recorded hash is read.' },
  readback: {
    label: 'Everything by its bytes',
    means: 'And every object that a row points at is downloaded. Takes hours.',
  },
}
