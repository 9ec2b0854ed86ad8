import type { RunStore } from '../../src/main/engine/journal/runStore.ts'
import {
  carryOut,
  migrate,
  planMigration,
  prepareAuditRepairs,
  prepareFreeing,
  prepareUndo,
  resumeRun,
} from '../../src/main/runs/operations.ts'
import { latestUnfinished } from '../../src/main/runs/resuming.ts'
import type { Workplace } from '../../src/main/runs/workplace.ts'
import { defaultMigrateOptions, type MigrateOptions, type RunReport } from '../../src/shared/run.ts'

/** What one process does. */
export type Work = (place: Workplace) => Promise<RunReport>

export const migrateAll =
  (change: Partial<MigrateOptions> = {}, delta = false): Work =>
  async (place) => {
    const store = await planMigration(place, delta ? { delta } : {})
    return migrate(place, store, { ...defaultMigrateOptions, parallelUploads: 1, batchSize: 2, ...change }).finally(
      () => store.close(),
    )
  }

const planned = async (place: Workplace, planning: Promise<RunStore>): Promise<RunReport> => {
  const store = await planning
  return carryOut(place, store).finally(() => store.close())
}

export const undo =
  (runId: string): Work =>
  (place) =>
    planned(place, prepareUndo(place, runId, {}, { keepObjects: false, force: false }))

export const free =
  (runId: string, kind: 'quarantine' | 'purge'): Work =>
  (place) =>
    planned(place, prepareFreeing(place, runId, { kind, anyway: true }))

/** As a command without a name: the run that was begun and not ended. */
export const resume: Work = async (place) => resumeRun(place, (await latestUnfinished(place)).runId)

const everything = {
  fixPaths: true,
  quarantineFiles: true,
  removeObjects: true,
  unmarkedObjects: true,
  removeRows: true,
}

export const repairs =
  (auditId: string): Work =>
  (place) =>
    planned(place, prepareAuditRepairs(place, auditId, everything))
