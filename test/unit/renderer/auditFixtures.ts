import type { RepairDeed, RepairTally } from '../../../src/shared/auditRepair.ts'
import type { AuditReport } from '../../../src/shared/run.ts'
import type { RunDetails } from '../../../src/shared/record.ts'
import type { ValidationReport } from '../../../src/shared/validation.ts'
import { finished, groupOf, planned, stateCheck } from './fixtures.ts'

const nothing = { items: 0, bytes: 0 }

/** An audit that has found something of each kind that can be put right, and some notes. */
export const auditReport: AuditReport = {
  runId: 'run-1',
  status: 'completed with failures',
  level: 'exists',
  seconds: 2.4,
  totals: {
    documents: 312,
    images: 6,
    onS3: 120,
    files: 410,
    fileBytes: 163_412_345,
    objects: 124,
    objectBytes: 61_000_000,
    aside: 4,
    quarantined: 2,
    leftBehind: 110,
    read: 0,
  },
  discrepancies: 15,
  notes: 9,
  groups: [
    groupOf('FILE_RECOVERABLE', 'failed', 3),
    groupOf('FILE_ORPHAN', 'failed', 7),
    groupOf('OBJECT_ORPHAN', 'failed', 2),
    groupOf('OBJECT_UNMARKED', 'failed', 1),
    groupOf('FILE_MISSING', 'failed', 2),
    groupOf('FILE_JUNK', 'note', 4),
    groupOf('IMAGE_REENCODED', 'note', 5),
  ],
  repairs: {
    fixPaths: { items: 3, bytes: 36_000 },
    quarantineFiles: { items: 11, bytes: 1_200_000 },
    removeObjects: { items: 2, bytes: 80_000 },
    unmarkedObjects: { items: 1, bytes: 40_000 },
    removeRows: { items: 2, bytes: 24_000 },
  },
}

export const soundReport: AuditReport = {
  ...auditReport,
  status: 'completed',
  discrepancies: 0,
  notes: 0,
  groups: [],
  repairs: {
    fixPaths: nothing,
    quarantineFiles: nothing,
    removeObjects: nothing,
    unmarkedObjects: nothing,
    removeRows: nothing,
  },
}

/** The run that keeps `auditReport`. */
export const audited: RunDetails = {
  ...finished,
  kind: 'audit',
  planned: 24,
  committed: 0,
  failed: 15,
  skipped: 9,
  bytes: 0,
  options: null,
  stateFile: null,
  totals: { documents: 312, items: 24, move: 0, skip: 9, blocked: 15, bytes: 0 },
}

const tally = (deed: RepairDeed, planned: number, bytes: number): RepairTally => ({
  deed,
  planned,
  bytes,
  unmarked: deed === 'remove-object' ? 1 : 0,
  committed: 0,
  failed: 0,
  restored: 0,
  remaining: planned,
})

export const tallies: RepairTally[] = [
  tally('fix-path', 3, 36_000),
  tally('put-back', 1, 12_000),
  tally('set-aside', 11, 1_200_000),
  tally('remove-object', 3, 120_000),
  tally('remove-row', 2, 24_000),
]

/** A repair of `audited` that is planned: 20 things, and one that cannot be put right. */
export const repairPlan: RunDetails = {
  ...planned,
  runId: 'run-2',
  kind: 'repair',
  parent: 'run-1',
  planned: 21,
  failed: 1,
  skipped: 0,
  remaining: 20,
  totals: { documents: 6, items: 21, move: 20, skip: 0, blocked: 1, bytes: 1_392_000 },
  repairs: tallies,
}

/** The same, carried out. */
export const repaired: RunDetails = {
  ...repairPlan,
  status: 'completed with failures',
  finishedAt: planned.createdAt + 5_000,
  seconds: 3,
  committed: 20,
  remaining: 0,
  bytes: 1_392_000,
  repairs: tallies.map((one) => ({ ...one, committed: one.planned, remaining: 0 })),
}

/** What takes `repaired` back, planned. */
export const takingBack: RunDetails = {
  ...repairPlan,
  runId: 'run-3',
  kind: 'unrepair',
  parent: 'run-2',
  planned: 20,
  failed: 0,
  totals: { documents: 6, items: 20, move: 20, skip: 0, blocked: 0, bytes: 1_392_000 },
}

/** The same, carried out. */
export const takenBack: RunDetails = {
  ...takingBack,
  status: 'completed',
  seconds: 2,
  restored: 20,
  remaining: 0,
  repairs: tallies.map((one) => ({ ...one, restored: one.planned, remaining: 0 })),
}

/** A validation that has passed, Readur included. */
export const validation: ValidationReport = {
  runId: 'run-1',
  at: planned.createdAt + 7_200_000,
  database: finished.database,
  bucket: finished.bucket,
  passed: true,
  counts: [
    {
      name: 'Documents and images on S3',
      expected: 298,
      against: 'found in the bucket',
      found: 298,
      agrees: true,
    },
    {
      name: 'Documents and images not on S3',
      expected: 20,
      against: 'found in the uploads folder',
      found: 20,
      agrees: true,
    },
  ],
  state: { ...stateCheck, checked: 300, sound: 300, drift: [] },
  audit: { ...soundReport, runId: 'run-9' },
  readur: {
    server: 'http://127.0.0.1:8000',
    tried: 20,
    same: 18,
    reencoded: 2,
    unknown: 0,
    differs: 0,
    refused: 0,
    trouble: [],
  },
  readurSkipped: null,
}
