import type { IpcChannel } from '../../shared/ipc.ts'
import type { ReportFormat } from '../../shared/record.ts'
import { MigrateError } from '../engine/errors.ts'
import { snapshotPage } from '../engine/journal/snapshot.ts'
import { forgetRun } from '../runs/forgetting.ts'
import type { ReadChannel } from '../runs/reading/reads.ts'
import { saveReport } from '../runs/reportFile.ts'
import type { RunFolder } from '../runs/runFolder.ts'
import { stateFilePage } from '../runs/stateFilePage.ts'
import { keptValidation, saveValidation } from '../runs/validate/validationFile.ts'
import type { Handlers } from './handlers.ts'

export interface RecordHandlerDeps {
  runs: RunFolder
  /** Asks the user where to write a file of this name; null when nowhere. */
  chooseReportFile: (name: string, format: ReportFormat) => Promise<string | null>
}

/** What the calls about the records of runs do, those apart that only read. */
export function createRecordHandlers({
  runs,
  chooseReportFile,
}: RecordHandlerDeps): Pick<Handlers, Exclude<Extract<IpcChannel, `records.${string}`>, ReadChannel>> {
  return {
    'records.statePage': async (runId, offset) => {
      const path = runs.with(runId, (store) => store.last('exported')?.path)
      if (path !== undefined) return stateFilePage(path, offset)
      throw new MigrateError('STATE_FILE_GONE', {
        message: 'This run has no state file yet.',
        subject: runId,
        scope: 'run',
      })
    },
    'records.paths': (runId, after, limit) => runs.with(runId, (store) => snapshotPage(store, after, limit)),
    'records.saveReport': async (runId, format) => {
      const store = runs.open(runId)
      try {
        const path = await chooseReportFile(`run_${runId}.${format}`, format)
        if (path === null) return null
        await saveReport(store, format, path, runs.isAlive)
        return { path }
      } finally {
        store.close()
      }
    },
    'records.saveValidation': async (runId, format) => {
      const report = runs.with(runId, keptValidation)
      const path = await chooseReportFile(`validation_${runId}.${format}`, format)
      if (path === null) return null
      await saveValidation(report, format, path)
      return { path }
    },
    'records.forget': (runId) => {
      forgetRun(runs, runId)
      return null
    },
  }
}
