import { z } from 'zod'

/** What a worker is to do, and where it is to die. Crosses from the test to the worker as JSON. */
export const jobSchema = z.object({
  envFile: z.string(),
  home: z.string(),
  /** One line for each step is appended to it. */
  log: z.string(),
  multipartThreshold: z.number(),
  batchSize: z.number(),
  command: z.discriminatedUnion('do', [
    z.object({
      do: z.literal('migrate'),
      copyOnly: z.boolean(),
      enableRollback: z.boolean(),
      delta: z.boolean(),
      /** At most so many documents. */
      limit: z.number().optional(),
    }),
    z.object({ do: z.enum(['audit', 'resume', 'take over']) }),
    z.object({
      do: z.enum(['cutover', 'rollback', 'free', 'delete aside', 'repair', 're-upload']),
      runId: z.string(),
    }),
  ]),
  /** What happens the `nth` time that a step of this name is reached. */
  kill: z.object({ at: z.string(), nth: z.number(), how: z.enum(['dies', 'stops', 'sleeps']) }).nullable(),
})
export type Job = z.infer<typeof jobSchema>
export type Command = Job['command']

/** An object that a step is about, as far as it is known. */
const aboutSchema = z.object({
  key: z.string().optional(),
  uploadId: z.string().optional(),
  part: z.number().optional(),
  bytes: z.number().optional(),
  /** What the store answered. */
  result: z.string().optional(),
})
export type About = z.infer<typeof aboutSchema>

/** A step that was reached: `put before`, `journal verified after`. Written down before the worker dies of it. */
export const reachedSchema = z.object({ at: z.string(), about: z.array(aboutSchema) })
export type Reached = z.infer<typeof reachedSchema>

/** What a worker says of itself on standard output, a line each. */
export const saidSchema = z.discriminatedUnion('said', [
  z.object({ said: z.literal('begun') }),
  z.object({ said: z.literal('asleep') }),
  z.object({
    said: z.literal('ended'),
    runId: z.string().nullable(),
    status: z.string(),
    failed: z.number(),
    remaining: z.number(),
    exit: z.number(),
  }),
  z.object({ said: z.literal('refused'), code: z.string(), message: z.string(), exit: z.number() }),
])
export type Said = z.infer<typeof saidSchema>
