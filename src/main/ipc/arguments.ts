import { z } from 'zod'
import { errorCatalogue, type ErrorCode } from '../../shared/errors.ts'
import type { IpcCalls, IpcChannel } from '../../shared/ipc.ts'
import { itemStates, optionLimits, verifyLevels, type MigrateOptions } from '../../shared/run.ts'

const id = z.string().min(1).max(100)
const within = ({ min, max }: { min: number; max: number }) => z.int().min(min).max(max)
const errorCode = z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]])

const migrateOptions: z.ZodType<MigrateOptions> = z.strictObject({
  parallelUploads: within(optionLimits.parallelUploads),
  multipartThreshold: within(optionLimits.multipartThreshold),
  batchSize: within(optionLimits.batchSize),
  verify: z.enum(verifyLevels),
  enableRollback: z.boolean(),
  copyOnly: z.boolean(),
})

/** How the arguments of each call must look. What comes from the window is `unknown` until it has passed here. */
export const argumentSchemas: { [C in IpcChannel]: z.ZodType<IpcCalls[C]['args']> } = {
  'app.info': z.tuple([]),
  'profiles.list': z.tuple([]),
  'runs.plan': z.tuple([id, z.strictObject({ userId: z.guid().optional(), limit: z.int().min(1).optional() })]),
  'runs.start': z.tuple([id, migrateOptions]),
  'runs.stop': z.tuple([z.string().max(100), z.enum(['in order', 'now'])]),
  'runs.current': z.tuple([]),
  'runs.list': z.tuple([z.strictObject({ offset: z.int().min(0), limit: z.int().min(1).max(200) })]),
  'runs.get': z.tuple([id]),
  'runs.items': z.tuple([
    id,
    z.strictObject({
      state: z.enum(itemStates).optional(),
      code: errorCode.optional(),
      after: z.int().min(0),
      limit: z.int().min(1).max(500),
    }),
  ]),
  'runs.problems': z.tuple([id]),
  'runs.export': z.tuple([id]),
  'runs.reveal': z.tuple([id]),
}
