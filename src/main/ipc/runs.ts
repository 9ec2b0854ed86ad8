import { z } from 'zod'
import { isErrorCode } from '../../shared/errors.ts'
import { itemOrders, lineStates } from '../../shared/planTable.ts'
import { repairDeeds } from '../../shared/auditRepair.ts'
import { checkLevels, itemStates, optionLimits, runStatuses } from '../../shared/run.ts'
import { freeKinds, runKinds } from '../../shared/runKind.ts'
import { MigrateError } from '../engine/errors.ts'
import { exportStateFile } from '../engine/journal/stateFile.ts'
import type { ProfileStore } from '../profiles/profileStore.ts'
import { migrateOptionsSchema } from '../profiles/settingsFile.ts'
import { savePaths } from '../runs/reports/reportFile.ts'
import type { Reads } from '../runs/reading/reads.ts'
import type { RunFolder } from '../runs/runFolder.ts'
import type { RunManager } from '../runs/runManager.ts'
import { command, id, noArguments, onlyId } from './command.ts'

export interface RunCommandDeps {
  profiles: Pick<ProfileStore, 'find'>
  runs: RunFolder
  /** Reads the records of runs; out of the way, where they are large. */
  reads: Reads
  manager: RunManager
  /** Folder for exported state files. */
  states: string
  /** Shows a file in the platform's file manager. */
  reveal: (path: string) => void
  /** Asks the user which file to read; null when none. */
  chooseStateFile: () => Promise<string | null>
  /** The state file that the program was asked to open, once. */
  takeOpenedStateFile: () => string | null
  /** Asks the user where to write a file of this name; null when nowhere. */
  choosePathsFile: (name: string) => Promise<string | null>
}

const text = z.string().min(1).max(200)
const within = ({ min, max }: { min: number; max: number }) => z.int().min(min).max(max)
const errorCode = z.string().refine(isErrorCode)
const bytes = z.int().min(0)
/** Nobody ticks more by hand. */
const documentsChosen = 10_000

const planOptions = z.strictObject({ userId: z.guid().optional(), limit: z.int().min(1).optional() })
const selection = z.strictObject({
  userIds: z.array(z.guid()).min(1).max(1_000).optional(),
  documentIds: z.array(z.guid()).min(1).max(documentsChosen).optional(),
  folder: z.string().min(1).max(4_096).optional(),
  from: z.int().optional(),
  before: z.int().optional(),
})
const rollbackOptions = z.strictObject({ keepObjects: z.boolean(), force: z.boolean() })
const auditRepairs = z.strictObject({
  fixPaths: z.boolean(),
  quarantineFiles: z.boolean(),
  removeObjects: z.boolean(),
  unmarkedObjects: z.boolean(),
  removeRows: z.boolean(),
})
const checkOptions = z.strictObject({
  level: z.enum(checkLevels),
  sample: within(optionLimits.sample).optional(),
})
const validateOptions = checkOptions.extend({ documents: within(optionLimits.documents) })
const pace = z.strictObject({
  parallelUploads: within(optionLimits.parallelUploads),
  bytesPerSecond: within(optionLimits.bytesPerSecond).nullable(),
})
const page = z.strictObject({
  offset: z.int().min(0),
  limit: z.int().min(1).max(200),
  filter: z
    .strictObject({
      profileId: id.optional(),
      since: z.int().optional(),
      kinds: z.array(z.enum(runKinds)).min(1).optional(),
      statuses: z.array(z.enum(runStatuses)).min(1).optional(),
      text: text.optional(),
    })
    .optional(),
})
const itemQuery = z.strictObject({
  state: z.enum(itemStates).optional(),
  code: errorCode.optional(),
  deed: z.enum(repairDeeds).optional(),
  text: text.optional(),
  documents: z.boolean().optional(),
  after: z.int().min(0),
  limit: z.int().min(1).max(500),
})
const planList = z.strictObject({
  filter: z.strictObject({
    text: text.optional(),
    userId: id.optional(),
    type: z.string().max(300).nullable().optional(),
    sizeFrom: bytes.optional(),
    sizeBelow: bytes.optional(),
    state: z.enum(lineStates).optional(),
    code: errorCode.optional(),
  }),
  order: z.enum(itemOrders),
  descending: z.boolean(),
})

/** Runs: planned, carried out, watched, undone, read. */
export function runCommands(deps: RunCommandDeps) {
  const { profiles, runs, reads, manager, states, reveal, chooseStateFile, takeOpenedStateFile, choosePathsFile } = deps
  return {
    /** Checks the connection and writes a plan; resolves with the run's id as soon as it exists. Snapshots follow. */
    'runs.plan': command(z.tuple([id, planOptions]), async (profileId, options) => ({
      runId: await manager.plan(profiles.find(profileId), options),
    })),
    /** Begins to compare all rows, files and objects; resolves with the id of the run that keeps what is found. */
    'runs.audit': command(z.tuple([id, z.enum(checkLevels)]), async (profileId, level) => ({
      runId: await manager.audit(profiles.find(profileId), level),
    })),
    /** What an audit has found, by kind; refused for any other run. */
    'runs.auditReport': command(onlyId, reads['runs.auditReport']),
    /** Plans what is put right of what an audit has found; carried out by `runs.resume`. */
    'runs.prepareRepairs': command(z.tuple([id, auditRepairs]), async (auditId, repairs) => ({
      runId: await manager.prepareRepairs(auditId, repairs),
    })),
    /** Carries out the plan as it is shown. The last: rows are switched although Readur is not known to use the bucket. */
    'runs.start': command(z.tuple([id, migrateOptionsSchema, z.boolean()]), (runId, options, isDecided) =>
      manager.start(runId, options, isDecided),
    ),
    /** An empty id means whatever is under way: a plan has no id before its checks are done. */
    'runs.stop': command(z.tuple([z.string().max(100), z.enum(['in order', 'now'])]), (runId, how) =>
      manager.stop(runId, how),
    ),
    /** Holds up what has not begun; what is on its way is finished. Refused while there is nothing to hold up. */
    'runs.pause': command(onlyId, (runId) => manager.pause(runId)),
    /** Ends a pause. */
    'runs.continue': command(onlyId, (runId) => manager.continue(runId)),
    /** Changes how fast a run may go while it is under way. */
    'runs.adjust': command(z.tuple([id, pace]), (runId, changed) => manager.adjust(runId, changed)),
    /** The run that is under way, for a window that was opened or reloaded meanwhile. */
    'runs.current': command(noArguments, () => manager.current()),
    /**
     * Carries out what remains of a run of any kind: of one that was interrupted, or of a rollback or a freeing of space
     * that is planned.
     */
    'runs.resume': command(onlyId, (runId) => manager.resume(runId)),
    /** Plans again what a run failed at, for one cause or for all that trying again can cure, as a run of its own. */
    'runs.retryFailed': command(
      z.tuple([id, z.union([errorCode, z.literal('can succeed')])]),
      async (runId, which) => ({
        runId: await manager.retryFailed(runId, which),
      }),
    ),
    /** Plans how a run is undone; nothing is changed before that plan is carried out by `runs.resume`. */
    'runs.prepareUndo': command(z.tuple([id, selection, rollbackOptions]), async (runId, selected, options) => ({
      runId: await manager.prepareUndo(runId, selected, options),
    })),
    /**
     * Plans which local files of a run can go; carried out by `runs.resume`. `anyway`: although Readur is not known to use
     * the bucket, or the run was not validated.
     */
    'runs.prepareFree': command(z.tuple([id, z.enum(freeKinds), z.boolean()]), async (runId, kind, anyway) => ({
      runId: await manager.prepareFree(runId, { kind, anyway }),
    })),
    /**
     * Points the rows at copies that a run has made. `canary`: Readur is tried with a document first,
     * where it can be. The last: as with `runs.start`.
     */
    'runs.cutover': command(z.tuple([id, z.boolean(), z.boolean()]), (runId, canary, isDecided) =>
      manager.cutover(runId, canary, isDecided),
    ),
    /** Compares a run with rows, bucket and disk. `runs.findings` has the result once its snapshots end. */
    'runs.check': command(z.tuple([id, checkOptions]), (runId, options) => manager.check(runId, options)),
    /**
     * Looks at what a run has left from all sides: its files, counts that must agree, documents as users get them. Kept with
     * the run once its snapshots end.
     */
    'runs.validate': command(z.tuple([id, validateOptions]), (runId, options) => manager.validate(runId, options)),
    /** Puts right what a comparison has found; `runs.findings` says what was put right. */
    'runs.repair': command(
      z.tuple([id, z.strictObject({ reUpload: z.boolean(), markGone: z.boolean() })]),
      (runId, repairs) => manager.repair(runId, repairs),
    ),
    'runs.findings': command(onlyId, (runId) => manager.findings(runId)),
    /** Asks the user for a state file; null when none was chosen. */
    'runs.takeOpenedStateFile': command(noArguments, () => {
      const path = takeOpenedStateFile()
      return path === null ? null : { path }
    }),
    'runs.chooseStateFile': command(noArguments, async () => {
      const path = await chooseStateFile()
      return path === null ? null : { path }
    }),
    /** Makes a run of a state file; resolves with its id as soon as it exists. Nothing but our record is written. */
    'runs.import': command(z.tuple([id, z.string().min(1).max(10_000)]), async (profileId, path) => ({
      runId: await manager.import(profiles.find(profileId), path),
    })),
    'runs.list': command(z.tuple([page]), reads['runs.list']),
    'runs.get': command(onlyId, reads['runs.get']),
    'runs.family': command(onlyId, reads['runs.family']),
    /** Users with documents that can be rolled back, those with most first. */
    'runs.users': command(onlyId, reads['runs.users']),
    /** What a selection comes to, of what can be rolled back. */
    'runs.countSelected': command(z.tuple([id, selection]), reads['runs.countSelected']),
    'runs.items': command(z.tuple([id, itemQuery]), reads['runs.items']),
    /** Lines of a run from any place on, filtered and sorted, as they stand now; refused while its plan is being made. */
    'runs.planRows': command(z.tuple([id, planList, z.int().min(0), z.int().min(1).max(500)]), reads['runs.planRows']),
    'runs.planItem': command(z.tuple([id, z.int().min(1)]), reads['runs.planItem']),
    'runs.planFacets': command(onlyId, reads['runs.planFacets']),
    'runs.problems': command(onlyId, reads['runs.problems']),
    /** Writes the state file in the reference tool's shape and resolves with its path. */
    'runs.export': command(onlyId, async (runId) => {
      const store = await runs.openProven(runId, 'write')
      try {
        return { path: await exportStateFile(store, states) }
      } finally {
        store.close()
      }
    }),
    /** Shows the state file in the platform's file manager. */
    'runs.reveal': command(onlyId, (runId) => {
      const path = runs.with(runId, (store) => store.last('exported')?.path)
      if (path === undefined) {
        throw new MigrateError('RUN_NOT_FOUND', {
          message: 'This run has no state file yet.',
          subject: runId,
        })
      }
      reveal(path)
    }),
    /** Writes the paths of before the run as SQL, where the user says; null when nowhere. */
    'runs.savePaths': command(onlyId, async (runId) => {
      const store = await runs.openProven(runId)
      try {
        const path = await choosePathsFile(`paths_before_${runId}.sql`)
        if (path === null) return null
        await savePaths(store, path)
        return { path }
      } finally {
        store.close()
      }
    }),
  }
}
