import { existsSync } from 'node:fs'
import { MigrateError } from '../engine/errors.ts'
import { readStateFile } from '../engine/import/readStateFile.ts'
import { importRun } from '../runs/operations.ts'
import type { Session } from './session.ts'

/**
 * The run that an argument names: an id, or a state file. A file of a run that this computer knows means that run, with
 * its whole journal; any other is imported first. Throws RUN_NOT_FOUND and STATE_FILE_INVALID.
 */
export async function runOf({ work }: Session, name: string): Promise<string> {
  const { runs, context } = work
  if (runs.has(name)) return name
  if (!existsSync(name)) {
    throw new MigrateError('RUN_NOT_FOUND', {
      message: `“${name}” is neither the id of a run nor a file.`,
      subject: name,
      scope: 'run',
    })
  }
  for await (const record of readStateFile(name, context.stop.now)) {
    if (record.kind !== 'head') continue
    if (record.head.runId !== null && runs.has(record.head.runId)) return record.head.runId
    break
  }
  const { runId } = await importRun(work, name)
  context.progress.log('info', `“${name}” was imported as run ${runId}.`)
  return runId
}
