import { z } from 'zod'
import { errorCatalogue, type ErrorCode } from '../../../shared/errors.ts'
import { runStatuses, verifyLevels } from '../../../shared/run.ts'

/** An error code read back from disk; a code of a newer version reads as INTERNAL. */
export const errorCodeSchema = z
  .string()
  .transform((code): ErrorCode => (Object.hasOwn(errorCatalogue, code) ? (code as ErrorCode) : 'INTERNAL'))

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

const estimateSchema = z.object({ seconds: z.number(), basis: z.enum(['last run', 'assumption']) })

const migrateOptionsSchema = z.object({
  parallelUploads: z.number(),
  multipartThreshold: z.number(),
  batchSize: z.number(),
  verify: z.enum(verifyLevels),
  enableRollback: z.boolean(),
})

const itemCountsSchema = z.object({
  planned: z.number(),
  committed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  restored: z.number(),
  remaining: z.number(),
})

/** What is known of a verified copy. Enough to prove it again and to undo it. */
export const verifiedSchema = z.object({
  sha256: z.string(),
  md5: z.string(),
  compositeEtag: z.string().nullable(),
  size: z.number(),
  /** This run created the object; false when an identical one was there before. */
  created: z.boolean(),
  /** What the check rested on: the store's ETag, or a read-back of all bytes. */
  evidence: z.enum(['etag', 'readback']),
})
export type Verified = z.infer<typeof verifiedSchema>

/**
 * Every kind of line in the journal with its data. An intent names the items it covers and is durable before the
 * step; outcomes are one line an item.
 */
export const entrySchemas = {
  // The run as a whole.
  planned: z.object({ totals: planTotalsSchema, estimate: estimateSchema }),
  started: z.object({ pid: z.number(), host: z.string(), options: migrateOptionsSchema }),
  error: errorDataSchema,
  exported: z.object({ path: z.string() }),
  finished: z.object({
    status: z.enum(runStatuses),
    counts: itemCountsSchema,
    bytes: z.number(),
    seconds: z.number(),
    finishedAt: z.number(),
  }),
  // Intents.
  'send-intent': seqs,
  'multipart-intent': z.object({ uploadId: z.string() }),
  'commit-intent': seqs,
  'remove-intent': seqs,
  'restore-intent': seqs,
  // Outcomes of one item.
  verified: verifiedSchema,
  committed: z.object({}),
  failed: errorDataSchema,
  removed: z.object({}),
  'remove-failed': errorDataSchema,
  restored: z.object({}),
  'restore-failed': errorDataSchema,
} as const

export type Step = keyof typeof entrySchemas

/** A line to append. `seq` is the item, or absent for the run and for intents of many items. */
export type Entry = {
  [S in Step]: {
    step: S
    seq?: number
    code?: ErrorCode | null
    data: z.infer<(typeof entrySchemas)[S]>
  }
}[Step]
