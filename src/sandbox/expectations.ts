import { z } from 'zod'

const expectation = z.object({
  documentId: z.string(),
  kind: z.enum(['document', 'processed_image']),
  /** Row of `documents` or `processed_images`. */
  rowId: z.string(),
  /** The path as the row had it when it was planted. */
  originalPath: z.string(),
  outcome: z.enum(['committed', 'failed', 'skipped']),
  /** Reason of an item that is not moved: a code of the product's catalogue. */
  code: z.string().optional(),
  /** Object of a committed or skipped item, without `s3://`. */
  key: z.string().optional(),
  /** Lowercase hex, of the object's bytes. */
  sha256: z.string().optional(),
  /** Of the object, in bytes. */
  size: z.number().optional(),
  /** What is special about this item, for people. Absent for an ordinary one. */
  story: z.string().optional(),
})

/** What must have become of one file after a migration of the whole sandbox. */
export type Expectation = z.infer<typeof expectation>

export const expectations = z.array(expectation)

/** What a run reports about one item. `code` may be a remark on an item that was moved. */
export interface ItemResult {
  documentId: string
  rowId: string
  kind: string
  outcome: string
  code: string | null
}
