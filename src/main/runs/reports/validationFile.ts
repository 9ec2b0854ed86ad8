import type { ValidationFormat, ValidationReport } from '../../../shared/validation.ts'
import { MigrateError } from '../../engine/errors.ts'
import type { RunStore } from '../../engine/journal/runStore.ts'
import { writeWhole } from '../../engine/wholeFile.ts'
import { validationPage } from './validationPage.ts'

/** The latest validation of a run. Throws RUN_NOT_FOUND when there was none. */
export function keptValidation(store: RunStore): ValidationReport {
  const report = store.last('validated')
  if (report !== null) return report
  const subject = store.header.id
  throw new MigrateError('RUN_NOT_FOUND', { message: 'This run was not validated yet.', subject })
}

/** Writes a validation to keep; whole or not at all. Throws REPORT_UNWRITABLE, DISK_FULL. */
export const saveValidation = (report: ValidationReport, format: ValidationFormat, path: string): Promise<string> =>
  writeWhole(
    path,
    format === 'html' ? validationPage(report) : [`${JSON.stringify(report, null, 2)}\n`],
    'REPORT_UNWRITABLE',
  )
