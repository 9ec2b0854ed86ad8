import type { ErrorCode } from './errors.ts'

/** What is put right of what an audit has found, each kind only where it was asked for. */
export interface AuditRepairs {
  /** Point rows at the file or object that was found, or put a file back from the quarantine. */
  fixPaths: boolean
  /** Move files that no row names into the quarantine. */
  quarantineFiles: boolean
  /** Move objects that no row names, and that say that they are of this database, into the quarantine of the uploads folder. */
  removeObjects: boolean
  /** Those too that do not say whose they are: no other Readur may use the bucket. */
  unmarkedObjects: boolean
  /** Delete rows whose document is nowhere, after saving them whole. */
  removeRows: boolean
}

/** What can be asked for of what an audit has found, the safest first. */
export const repairKinds = [
  'fixPaths',
  'quarantineFiles',
  'removeObjects',
  'unmarkedObjects',
  'removeRows',
] as const satisfies readonly (keyof AuditRepairs)[]
export type RepairKind = (typeof repairKinds)[number]

const kinds: Partial<Record<ErrorCode, RepairKind>> = {
  FILE_RECOVERABLE: 'fixPaths',
  FILE_ON_S3: 'fixPaths',
  FILE_SET_ASIDE: 'fixPaths',
  OBJECT_RECOVERABLE: 'fixPaths',
  FILE_ORPHAN: 'quarantineFiles',
  FILE_DUPLICATE: 'quarantineFiles',
  FILE_JUNK: 'quarantineFiles',
  OBJECT_ORPHAN: 'removeObjects',
  OBJECT_UNMARKED: 'unmarkedObjects',
  FILE_MISSING: 'removeRows',
  OBJECT_MISSING: 'removeRows',
}

/** The repair for what an audit has found; null where there is none. */
export const repairFor = (code: ErrorCode): RepairKind | null => kinds[code] ?? null

/** The same of one thing: the row of an image alone is never deleted. */
export function repairOf({ code, kind }: { code: ErrorCode | null; kind: string }): RepairKind | null {
  const repair = code === null ? null : repairFor(code)
  return repair === 'removeRows' && kind !== 'document' ? null : repair
}

/** Objects that do not say whose they are go only with those that do. */
export const isWanted = (repair: RepairKind, wanted: AuditRepairs): boolean =>
  repair === 'unmarkedObjects' ? wanted.removeObjects && wanted.unmarkedObjects : wanted[repair]

/** How many things of an audit a repair is for, and their size. For `removeRows` that of the documents. */
export interface RepairShare {
  items: number
  bytes: number
}

/** How one thing is put right. Paths of files are relative to the uploads folder. */
export type RepairStep =
  /** The row holds `from`, and is to hold `to`, where the document was found: a file, or an object. */
  | { action: 'fix-path'; from: string; to: string }
  | { action: 'move-file'; from: string; to: string }
  | { action: 'remove-object'; key: string; unmarked: boolean }
  | { action: 'remove-row' }

/** What a repair does, in the order in which it is done. `put-back` and `set-aside`: files out of and into the quarantine. */
export const repairDeeds = ['fix-path', 'put-back', 'set-aside', 'remove-object', 'remove-row'] as const
export type RepairDeed = (typeof repairDeeds)[number]

/** How far a repair, or the run that takes it back, has got with one of its deeds. `planned` is the sum of the others. */
export interface RepairTally {
  deed: RepairDeed
  planned: number
  /** Size of the things that it is about. */
  bytes: number
  /** Objects among them that do not say whose they are. */
  unmarked: number
  /** Put right, and not taken back. */
  committed: number
  failed: number
  /** Taken back. */
  restored: number
  remaining: number
}
