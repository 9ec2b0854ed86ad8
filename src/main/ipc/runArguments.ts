import { z } from 'zod'
import { isErrorCode } from '../../shared/errors.ts'
import type { IpcCalls, IpcChannel } from '../../shared/ipc.ts'
import { itemOrders, type PlanList } from '../../shared/planTable.ts'
import { repairDeeds } from '../../shared/repair.ts'
import { checkLevels, freeModes, itemStates, optionLimits, runKinds, runStatuses } from '../../shared/run.ts'
import { migrateOptionsSchema } from '../profiles/settingsFile.ts'

const id = z.string().min(1).max(100)
const text = z.string().min(1).max(200)
const within = ({ min, max }: { min: number; max: number }) => z.int().min(min).max(max)
const errorCode = z.string().refine(isErrorCode)

const filter = z.strictObject({
  profileId: id.optional(),
  kinds: z.array(z.enum(runKinds)).min(1).optional(),
  statuses: z.array(z.enum(runStatuses)).min(1).optional(),
  text: text.optional(),
})

const bytes = z.int().min(0)
const planList: z.ZodType<PlanList> = z.strictObject({
  filter: z.strictObject({
    text: text.optional(),
    userId: z.string().min(1).max(100).optional(),
    type: z.string().max(300).nullable().optional(),
    sizeFrom: bytes.optional(),
    sizeBelow: bytes.optional(),
    verdict: z.enum(['move', 'skip', 'blocked']).optional(),
    code: errorCode.optional(),
  }),
  order: z.enum(itemOrders),
  descending: z.boolean(),
})

/** Nobody ticks more by hand. */
const documentsChosen = 10_000

/** How the arguments of the calls about runs must look. */
export const runArguments: {
  [C in Extract<IpcChannel, `runs.${string}`>]: z.ZodType<IpcCalls[C]['args']>
} = {
  'runs.plan': z.tuple([id, z.strictObject({ userId: z.guid().optional(), limit: z.int().min(1).optional() })]),
  'runs.audit': z.tuple([id, z.enum(checkLevels)]),
  'runs.auditReport': z.tuple([id]),
  'runs.prepareRepairs': z.tuple([
    id,
    z.strictObject({
      fixPaths: z.boolean(),
      quarantineFiles: z.boolean(),
      removeObjects: z.boolean(),
      unmarkedObjects: z.boolean(),
      removeRows: z.boolean(),
    }),
  ]),
  'runs.start': z.tuple([id, migrateOptionsSchema]),
  'runs.resume': z.tuple([id]),
  'runs.retryFailed': z.tuple([id, errorCode.nullable()]),
  'runs.prepareUndo': z.tuple([
    id,
    z.strictObject({
      userId: z.guid().optional(),
      documentIds: z.array(z.guid()).min(1).max(documentsChosen).optional(),
    }),
    z.strictObject({ keepObjects: z.boolean(), force: z.boolean() }),
  ]),
  'runs.prepareFree': z.tuple([id, z.enum(freeModes), z.boolean()]),
  'runs.cutover': z.tuple([id]),
  'runs.check': z.tuple([
    id,
    z.strictObject({ level: z.enum(checkLevels), sample: within(optionLimits.sample).optional() }),
  ]),
  'runs.validate': z.tuple([
    id,
    z.strictObject({
      level: z.enum(checkLevels),
      sample: within(optionLimits.sample).optional(),
      documents: within(optionLimits.documents),
    }),
  ]),
  'runs.repair': z.tuple([id, z.strictObject({ reUpload: z.boolean(), markGone: z.boolean() })]),
  'runs.findings': z.tuple([id]),
  'runs.chooseStateFile': z.tuple([]),
  'runs.import': z.tuple([id, z.string().min(1).max(10_000)]),
  'runs.pause': z.tuple([id]),
  'runs.continue': z.tuple([id]),
  'runs.adjust': z.tuple([
    id,
    z.strictObject({
      parallelUploads: within(optionLimits.parallelUploads),
      bytesPerSecond: within(optionLimits.bytesPerSecond).nullable(),
    }),
  ]),
  'runs.stop': z.tuple([z.string().max(100), z.enum(['in order', 'now'])]),
  'runs.current': z.tuple([]),
  'runs.list': z.tuple([
    z.strictObject({ offset: z.int().min(0), limit: z.int().min(1).max(200), filter: filter.optional() }),
  ]),
  'runs.get': z.tuple([id]),
  'runs.family': z.tuple([id]),
  'runs.users': z.tuple([id]),
  'runs.items': z.tuple([
    id,
    z.strictObject({
      state: z.enum(itemStates).optional(),
      code: errorCode.optional(),
      deed: z.enum(repairDeeds).optional(),
      text: text.optional(),
      documents: z.boolean().optional(),
      after: z.int().min(0),
      limit: z.int().min(1).max(500),
    }),
  ]),
  'runs.planRows': z.tuple([id, planList, z.int().min(0), z.int().min(1).max(500)]),
  'runs.planItem': z.tuple([id, z.int().min(1)]),
  'runs.planFacets': z.tuple([id]),
  'runs.problems': z.tuple([id]),
  'runs.export': z.tuple([id]),
  'runs.reveal': z.tuple([id]),
  'runs.savePaths': z.tuple([id]),
}
