import { z } from 'zod'
import type { IpcCalls, IpcChannel } from '../../shared/ipc.ts'
import { reportFormats } from '../../shared/record.ts'
import { validationFormats } from '../../shared/validation.ts'

const id = z.string().min(1).max(100)
const text = z.string().max(200)

/** How the arguments of the calls about the records of runs must look. */
export const recordArguments: {
  [C in Extract<IpcChannel, `records.${string}`>]: z.ZodType<IpcCalls[C]['args']>
} = {
  'records.statePage': z.tuple([id, z.int().min(0)]),
  'records.paths': z.tuple([
    id,
    z.strictObject({ documentId: text, column: text, rowId: text }).nullable(),
    z.int().min(1).max(500),
  ]),
  'records.saveReport': z.tuple([id, z.enum(reportFormats)]),
  'records.saveValidation': z.tuple([id, z.enum(validationFormats)]),
  'records.compare': z.tuple([id, id]),
  'records.forget': z.tuple([id]),
  'records.outdated': z.tuple([z.int().min(1).max(36_500)]),
}
