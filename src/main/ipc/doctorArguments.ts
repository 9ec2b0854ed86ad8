import { z } from 'zod'
import { checkupDepths, diagnosticAreas } from '../../shared/diagnostic.ts'
import type { IpcCalls, IpcChannel } from '../../shared/ipc.ts'

const id = z.string().min(1).max(100)

export type DoctorChannel = Extract<IpcChannel, `doctor.${string}`>

/** How the arguments of the calls about checkups must look. */
export const doctorArguments: { [C in DoctorChannel]: z.ZodType<IpcCalls[C]['args']> } = {
  'doctor.start': z.tuple([
    id,
    id,
    z.strictObject({
      depth: z.enum(checkupDepths),
      areas: z.array(z.enum(diagnosticAreas)).min(1).max(diagnosticAreas.length).optional(),
    }),
  ]),
  'doctor.cancel': z.tuple([id]),
  'doctor.perform': z.tuple([id, z.string().min(1).max(200)]),
}
