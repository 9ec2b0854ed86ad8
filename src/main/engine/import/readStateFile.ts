import { constants, open, type FileHandle } from 'node:fs/promises'
import { MigrateError } from '../errors.ts'
import { readJsonElements, type JsonDamage, type JsonFile } from './jsonElements.ts'
import { entryReaders, plainText, type EntryRecord } from './stateEntries.ts'
import { StateHead, type StateFileHead } from './stateHead.ts'
import { rollbackErrors, StateEntries, warning, type StateWarning } from './stateRecords.ts'

export type StateRecord = { kind: 'head'; head: StateFileHead } | EntryRecord | StateWarning

const maxFileBytes = 1024 ** 3

const selectors = [
  ...StateHead.selectors,
  ...[...entryReaders.keys()].flatMap((list) => [
    [list, '*'],
    ['original_migration_state', list, '*'],
  ]),
  [rollbackErrors, '*'],
]

/**
 * What a state file says: the head first, then entry by entry, from constant memory. Accepts `migration_state.json` and
 * `rollback_errors.json` of the reference tool, and our own exports. The file may say anything: an entry comes out only
 * when Readur itself could have given its document that key; whatever else stands there becomes a warning. Paths are
 * data and are not followed. Throws STATE_FILE_INVALID for what is no state file at all.
 */
export async function* readStateFile(path: string, signal: AbortSignal): AsyncGenerator<StateRecord> {
  const file = await openFile(path)
  const entries = new StateEntries()
  try {
    // JSON has no order: sorted by name, as the reference tool writes rollback_errors.json, the head's parts come last.
    const { head, warnings } = await readHead(path, file, signal)
    yield { kind: 'head', head }
    for (const message of warnings) yield warning(message)
    for await (const events of readJsonElements(file, selectors, signal)) {
      for (const event of events) for (const record of entries.take(event)) yield record
    }
    if ((await file.handle.stat()).mtimeMs !== file.mtimeMs) {
      yield warning('The file was written to while it was read. Read it again when nothing writes to it.')
    }
  } finally {
    entries.close()
    await file.handle.close()
  }
}

function invalid(path: string, what: string, cause?: unknown): MigrateError {
  const message = `“${plainText(path)}” ${what}.`
  return new MigrateError('STATE_FILE_INVALID', { message, subject: path, cause })
}

async function openFile(path: string): Promise<JsonFile & { mtimeMs: number }> {
  let handle: FileHandle
  try {
    // Opening a pipe would wait for a writer.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    throw invalid(path, 'cannot be opened', cause)
  }
  try {
    const facts = await handle.stat()
    if (!facts.isFile()) throw invalid(path, 'is not a regular file')
    if (facts.size === 0) throw invalid(path, 'is empty')
    if (facts.size > maxFileBytes) throw invalid(path, 'is larger than 1 GiB, and no state file is')
    return { handle, size: facts.size, mtimeMs: facts.mtimeMs }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function readHead(path: string, file: JsonFile, signal: AbortSignal): Promise<StateHead> {
  const head = new StateHead()
  let hasList = false
  for await (const events of readJsonElements(file, selectors, signal)) {
    for (const event of events) {
      hasList ||= event.kind === 'list' && event.isArray
      head.take(event)
      if (event.kind === 'end' && !hasList) throw invalid(path, noState(event.damage))
    }
    if (hasList && head.isComplete) break
  }
  if (head.isNewer) throw invalid(path, 'was written by a newer version of this program')
  return head
}

function noState(damage: JsonDamage | null): string {
  if (damage === null) return 'is JSON, but has no list of documents that were moved'
  if (damage.kind === 'cut off') return `ends at byte ${damage.byte}, before any list of documents`
  return `isn’t a state file: ${damage.reason ?? `it stops being JSON after byte ${damage.byte}`}`
}
