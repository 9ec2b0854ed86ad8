import { z } from 'zod'
import type { ErrorCode } from '../../../shared/errors.ts'
import { encryptions } from '../../../shared/profile.ts'
import type { RepairStep } from '../../../shared/auditRepair.ts'
import { checkLevels, runStatuses, verifyLevels } from '../../../shared/run.ts'
import { MigrateError } from '../errors.ts'
import { errorCodeSchema } from './errorCode.ts'
import { auditTotalsSchema, validationSchema } from './validationSchema.ts'

const errorDataSchema = z.object({
  code: errorCodeSchema,
  title: z.string(),
  message: z.string(),
  subject: z.string().exactOptional(),
  remedy: z.string(),
  causes: z.array(z.string()),
})

const seqs = z.object({ seqs: z.array(z.number().int()) })

const planTotalsSchema = z.object({
  documents: z.number(),
  items: z.number(),
  move: z.number(),
  skip: z.number(),
  blocked: z.number(),
  bytes: z.number(),
})

const estimateSchema = z.object({
  seconds: z.number(),
  basis: z.enum(['last run', 'assumption']),
  rates: z
    .object({
      bytesPerSecond: z.number(),
      itemsPerSecond: z.number(),
      parallelUploads: z.number(),
      readsBack: z.boolean(),
    })
    .exactOptional(),
})

const migrateOptionsSchema = z.object({
  parallelUploads: z.number(),
  multipartThreshold: z.number(),
  batchSize: z.number(),
  verify: z.enum(verifyLevels),
  enableRollback: z.boolean(),
  // Version 1 knew no runs that only copy.
  copyOnly: z.boolean().default(false),
  bytesPerSecond: z.number().nullable().default(null),
  canary: z.boolean().default(false),
})

const itemCountsSchema = z.object({
  planned: z.number(),
  committed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  restored: z.number(),
  freed: z.number().default(0),
  remaining: z.number(),
})

const previewSchema = z.object({
  documents: z.number().nullable().default(null),
  rows: z.number(),
  filesSound: z.number(),
  filesToReturn: z.number().default(0),
  filesToFetch: z.number(),
  bytesToFetch: z.number(),
  objects: z.number(),
  conflicts: z.number(),
})

/** What is known of a verified copy. Enough to prove it again and to undo it. */
export const verifiedSchema = z.object({
  sha256: z.string(),
  md5: z.string(),
  compositeEtag: z.string().nullable(),
  size: z.number(),
  /** This program made the object for this document; false when somebody else's identical one was there before. */
  created: z.boolean(),
  /** Id of the run that made the object, when it is not this one: one that was killed before its row was switched. */
  madeBy: z.string().exactOptional(),
  /** What it rests on: the store's ETag, a read-back of all bytes; or what a state file or an object says of itself. */
  evidence: z.enum(['etag', 'readback', 'claim']),
  /** Of the object whose bytes were read back, where its ETag says nothing of them (KMS). */
  revision: z.string().exactOptional(),
})
export type Verified = z.infer<typeof verifiedSchema>

/** What a run that goes back over another run's items knows of each of them. */
export const inheritedSchema = z.object({
  verified: verifiedSchema.nullable(),
  /** The row points at the object. */
  committed: z.boolean(),
  /** Where `free` has put the local file, relative to the uploads folder. */
  freedTo: z.string().nullable(),
})
export type Inherited = z.infer<typeof inheritedSchema>

/** How one thing of an audit is put right. */
export const repairStepSchema: z.ZodType<RepairStep> = z.discriminatedUnion('action', [
  z.object({ action: z.literal('fix-path'), from: z.string(), to: z.string() }),
  z.object({ action: z.literal('move-file'), from: z.string(), to: z.string() }),
  z.object({ action: z.literal('remove-object'), key: z.string(), unmarked: z.boolean() }),
  z.object({ action: z.literal('remove-row') }),
])

/**
 * Every kind of line in the journal with its data. An intent names the items it covers and is durable before the
 * step; outcomes are one line an item.
 */
export const entrySchemas = {
  // The run as a whole.
  /** Names of users with documents in the plan, as far as they could be read. */
  users: z.array(z.object({ id: z.string(), name: z.string() })),
  planned: z.object({ totals: planTotalsSchema, estimate: estimateSchema }),
  'rollback-planned': previewSchema,
  started: z.object({
    pid: z.number(),
    host: z.string(),
    options: migrateOptionsSchema.nullable(),
    /** The session only uploads again what a comparison has missed: how the run stands is not changed by it. */
    mends: z.boolean().exactOptional(),
  }),
  /** From here on the run undoes itself. */
  undoing: z.object({}),
  /** A later run has gone back over all of this one. */
  undone: z.object({ by: z.string() }),
  /** The last line of the older run's journal that a plan over that run has taken into account. */
  over: z.object({ line: z.number() }),
  'rollback-options': z.object({ keepObjects: z.boolean(), force: z.boolean() }),
  /** `anyway`: although Readur was not known to use the bucket, or the run was not validated. */
  'free-options': z.object({ anyway: z.boolean().default(false) }),
  /** What the connection said of new objects when the run was planned; the line of its first session is what holds. */
  'stored-as': z.object({
    storageClass: z.string().optional(),
    encryption: z.enum(encryptions).optional(),
    kmsKeyId: z.string().optional(),
  }),
  /** What was known of Readur before a session switched rows. */
  readur: z.object({ isSwitched: z.boolean(), words: z.string() }),
  /** Objects that the plan removes from a bucket which keeps their versions. */
  versions: z.object({ removes: z.number() }),
  'audit-options': z.object({ level: z.enum(checkLevels), settleMs: z.number() }),
  audited: auditTotalsSchema,
  /** `lost`: something of what was read was not taken. */
  warning: z.object({ message: z.string(), lost: z.boolean().optional() }),
  paused: z.object({}),
  continued: z.object({}),
  error: errorDataSchema,
  exported: z.object({ path: z.string() }),
  validated: validationSchema,
  /** A document of our own that is stored through Readur, to see where it goes: intent, outcome, and the end of it. */
  'canary-intent': z.object({ filename: z.string() }),
  'canary-stored': z.object({ filename: z.string(), documentId: z.string() }),
  'canary-removed': z.object({ filename: z.string() }),
  finished: z.object({
    status: z.enum(runStatuses),
    counts: itemCountsSchema,
    bytes: z.number(),
    seconds: z.number(),
    finishedAt: z.number(),
  }),
  // What a later run knows of an item.
  inherited: inheritedSchema,
  // What a repair is to do with an item.
  remedy: repairStepSchema,
  'row-saved': z.object({ documentId: z.string(), filePath: z.string(), rows: z.string() }),
  'object-saved': z.object({
    to: z.string(),
    size: z.number(),
    sha256: z.string(),
    contentType: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
  }),
  // Intents.
  'send-intent': seqs,
  'multipart-intent': z.object({ uploadId: z.string() }),
  part: z.object({ number: z.number(), etag: z.string(), md5: z.string() }),
  'multipart-ended': z.object({}),
  /** `followers`: of a repair, the rows of images whose path changes with the item's. */
  'commit-intent': seqs.extend({ followers: z.array(z.string()).exactOptional() }),
  /** The row is about to point at its local file again, since users do not get the document: `committed` no longer holds. */
  'uncommit-intent': z.object({}),
  'remove-intent': seqs,
  'restore-intent': seqs,
  'fetch-intent': z.object({ to: z.string() }),
  'set-aside-intent': z.object({ from: z.string(), to: z.string() }),
  'free-intent': z.object({ from: z.string(), to: z.string().nullable() }),
  // Outcomes of one item.
  verified: verifiedSchema,
  committed: z.object({}),
  failed: errorDataSchema,
  removed: z.object({}),
  'remove-failed': errorDataSchema,
  'resend-failed': errorDataSchema,
  restored: z.object({ by: z.string().exactOptional() }),
  'restore-failed': errorDataSchema,
  freed: z.object({ to: z.string().nullable() }),
  gone: z.object({}),
  // What a later run did with the local file of an item; where it stands is not changed by that.
  'local-freed': z.object({ to: z.string().nullable(), by: z.string() }),
  'local-returned': z.object({ by: z.string() }),
} as const

export type Step = keyof typeof entrySchemas

/** Lines about many items at once. */
export const intentsOfMany: readonly Step[] = ['send-intent', 'commit-intent', 'remove-intent', 'restore-intent']

/** Lines about the run that nothing is decided by. */
export const remarks: readonly Step[] = [
  ...(['warning', 'paused', 'continued', 'error', 'exported', 'validated', 'finished', 'readur', 'users'] as const),
]

/** Lines about the run that say what is to be done. */
export const decisions: readonly Step[] = [
  ...(['planned', 'rollback-planned', 'started', 'rollback-options', 'free-options', 'audit-options'] as const),
  ...(['audited', 'undoing', 'over', 'stored-as'] as const),
]

/** A line to append. `seq` is the item, or absent for the run and for intents of many items. */
export type Entry = {
  [S in Step]: {
    step: S
    seq?: number
    code?: ErrorCode | null
    data: z.infer<(typeof entrySchemas)[S]>
  }
}[Step]

export type DataOf<S extends Step> = z.infer<(typeof entrySchemas)[S]>

/** The data of a line as the file has it. Throws RECORD_DAMAGED. */
export function dataOf<S extends Step>(step: S, text: string): DataOf<S> {
  try {
    return entrySchemas[step].parse(JSON.parse(text)) as DataOf<S>
  } catch (cause) {
    const message = `The line “${step}” of the run’s journal is damaged.`
    throw new MigrateError('RECORD_DAMAGED', { message, scope: 'run', cause })
  }
}
