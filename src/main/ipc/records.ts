import { z } from 'zod'
import { type ReportFormat, reportFormats } from '../../shared/record.ts'
import { validationFormats } from '../../shared/validation.ts'
import { MigrateError } from '../engine/errors.ts'
import { snapshotPage } from '../engine/journal/snapshot.ts'
import { forgetRun } from '../runs/forgetting.ts'
import type { Reads } from '../runs/reading/reads.ts'
import { saveReport } from '../runs/reports/reportFile.ts'
import type { RunFolder } from '../runs/runFolder.ts'
import { stateFilePage } from '../runs/reports/stateFilePage.ts'
import { keptValidation, saveValidation } from '../runs/reports/validationFile.ts'
import { command, id, onlyId } from './command.ts'

export interface RecordCommandDeps {
  runs: RunFolder
  /** Reads the records of runs; out of the way, where they are large. */
  reads: Reads
  /** Asks the user where to write a file of this name; null when nowhere. */
  chooseReportFile: (name: string, format: ReportFormat) => Promise<string | null>
}

const text = z.string().max(200)
const pathKey = z.strictObject({ documentId: text, column: text, rowId: text })

/** The records of runs. */
export const recordCommands = ({ runs, reads, chooseReportFile }: RecordCommandDeps) => ({
  /** Part of the state file as it lies on the disk, from an offset in bytes that an earlier page gave, or 0. */
  'records.statePage': command(z.tuple([id, z.int().min(0)]), async (runId, offset) => {
    const path = runs.with(runId, (store) => store.last('exported')?.path)
    if (path !== undefined) return stateFilePage(path, offset)
    throw new MigrateError('STATE_FILE_GONE', {
      message: 'This run has no state file yet.',
      subject: runId,
    })
  }),
  /** Paths as they were before the run. */
  'records.paths': command(z.tuple([id, pathKey.nullable(), z.int().min(1).max(500)]), (runId, after, limit) =>
    runs.with(runId, (store) => snapshotPage(store, after, limit)),
  ),
  /** Writes the report where the user says, of an audit with all that it has found; null when nowhere. */
  'records.saveReport': command(z.tuple([id, z.enum(reportFormats)]), async (runId, format) => {
    const store = runs.open(runId)
    try {
      const path = await chooseReportFile(`run_${runId}.${format}`, format)
      if (path === null) return null
      await saveReport(store, format, path, runs.isAlive)
      return { path }
    } finally {
      store.close()
    }
  }),
  /** Writes the latest validation of a run where the user says; null when nowhere. */
  'records.saveValidation': command(z.tuple([id, z.enum(validationFormats)]), async (runId, format) => {
    const report = runs.with(runId, keptValidation)
    const path = await chooseReportFile(`validation_${runId}.${format}`, format)
    if (path === null) return null
    await saveValidation(report, format, path)
    return { path }
  }),
  'records.compare': command(z.tuple([id, id]), reads['records.compare']),
  /** The record of the run goes for good. Documents, objects, files and state files stay as they are. */
  'records.forget': command(onlyId, (runId) => forgetRun(runs, runId)),
  /** How many runs are older than so many days. */
  'records.outdated': command(z.tuple([z.int().min(1).max(36_500)]), reads['records.outdated']),
})
