import { z } from 'zod'
import type { RepairShare } from '../../../shared/auditRepair.ts'
import {
  checkLevels,
  runStatuses,
  type AuditReport,
  type AuditTotals,
  type DriftGroup,
  type ProblemExample,
  type ProblemGroup,
  type StateCheck,
} from '../../../shared/run.ts'
import type { ThroughReadur, ValidationReport } from '../../../shared/validation.ts'
import { errorCodeSchema } from './errorCode.ts'

export const auditTotalsSchema: z.ZodType<AuditTotals> = z.object({
  documents: z.number(),
  images: z.number(),
  onS3: z.number(),
  files: z.number(),
  fileBytes: z.number(),
  objects: z.number(),
  objectBytes: z.number(),
  aside: z.number(),
  quarantined: z.number(),
  leftBehind: z.number(),
  read: z.number(),
})

const examples: z.ZodType<ProblemExample[]> = z.array(
  z.object({ documentId: z.string(), filename: z.string(), path: z.string(), message: z.string() }),
)

const group = { code: errorCodeSchema, title: z.string(), count: z.number(), examples }

const problemGroup: z.ZodType<ProblemGroup> = z.object({
  ...group,
  remedy: z.string(),
  kind: z.enum(['failed', 'skipped', 'note', 'run']),
})

const driftGroup: z.ZodType<DriftGroup> = z.object({
  ...group,
  repair: z.enum(['resume', 'rollback', 'migrate', 're-upload', 'mark-gone', 'none']),
  note: z.boolean(),
})

const stateCheck: z.ZodType<StateCheck> = z.object({
  runId: z.string(),
  level: z.enum(checkLevels),
  checked: z.number(),
  of: z.number(),
  sound: z.number(),
  seconds: z.number(),
  drift: z.array(driftGroup),
})

const share: z.ZodType<RepairShare> = z.object({ items: z.number(), bytes: z.number() })

const auditReport: z.ZodType<AuditReport> = z.object({
  runId: z.string(),
  status: z.enum(runStatuses),
  level: z.enum(checkLevels),
  seconds: z.number(),
  totals: auditTotalsSchema,
  discrepancies: z.number(),
  notes: z.number(),
  groups: z.array(problemGroup),
  repairs: z.object({
    fixPaths: share,
    quarantineFiles: share,
    removeObjects: share,
    unmarkedObjects: share,
    removeRows: share,
  }),
  repairable: z.partialRecord(errorCodeSchema, z.number()).optional(),
})

const throughReadur: z.ZodType<ThroughReadur> = z.object({
  server: z.string(),
  tried: z.number(),
  same: z.number(),
  reencoded: z.number(),
  unknown: z.number(),
  differs: z.number(),
  refused: z.number(),
  trouble: z.array(z.string()),
})

/** A validation as it is kept with the run that it was of. */
export const validationSchema: z.ZodType<ValidationReport> = z.object({
  runId: z.string(),
  at: z.number(),
  database: z.string(),
  bucket: z.string(),
  passed: z.boolean(),
  counts: z.array(
    z.object({
      name: z.string(),
      expected: z.number(),
      against: z.string(),
      found: z.number(),
      agrees: z.boolean(),
    }),
  ),
  state: stateCheck,
  before: z.number().optional(),
  audit: auditReport,
  readur: throughReadur.nullable(),
  readurSkipped: z.string().nullable(),
})
