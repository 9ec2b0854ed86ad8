import { existsSync } from 'node:fs'
import { MigrateError } from '../engine/errors.ts'
import { readStateFile } from '../engine/import/readStateFile.ts'
import { countMovedDocuments } from '../engine/journal/items.ts'
import { importRun } from '../runs/operations.ts'
import type { Session } from './session.ts'

/**
 * The run that an argument names: an id, or a state file. A file that lists exactly what a run of this computer has moved
 * means that run, with its whole journal; any other is imported first. Throws RUN_NOT_FOUND and STATE_FILE_INVALID.
 */
export async function runOf(session: Session, name: string): Promise<string> {
  const { runs, context } = session.work
  if (runs.has(name)) return name
  if (!existsSync(name)) {
    throw new MigrateError('RUN_NOT_FOUND', {
      message: `“${name}” is neither a run ID nor a file.`,
      subject: name,
    })
  }
  const known = await knownRun(session, name)
  if (known !== null) return known
  const { runId } = await importRun(session.work, name)
  context.progress.log('info', `“${name}” was imported as run ${runId}.`)
  return runId
}

/** The run that the file is an unchanged export of, if it lies here. */
async function knownRun({ work }: Session, file: string): Promise<string | null> {
  const { runs, context } = work
  let runId: string | null = null
  let moved = 0
  for await (const record of readStateFile(file, context.stop.now)) {
    if (record.kind === 'head') ({ runId } = record.head)
    if (record.kind === 'moved') moved += 1
    if (record.kind === 'warning') return null
  }
  if (runId === null || !runs.has(runId)) return null
  return runs.with(runId, countMovedDocuments) === moved ? runId : null
}
