import { uploadIdsOf } from '../engine/journal/itemRows.ts'
import type { UploadRef } from '../engine/ports.ts'
import type { RunFolder } from './runFolder.ts'

/** Tells the uploads in parts that a run of this program has begun, by what its journal says. Reads them when first asked. */
export function ourUploads(runs: Pick<RunFolder, 'summaries' | 'with'>): (upload: UploadRef) => boolean {
  let known: Set<string> | null = null
  const read = (): Set<string> => {
    const ids = new Set<string>()
    for (const { runId, status } of runs.summaries()) {
      if (status === 'unreadable') continue
      for (const id of runs.with(runId, ({ query }) => uploadIdsOf(query))) ids.add(id)
    }
    return ids
  }
  return ({ uploadId }) => (known ??= read()).has(uploadId)
}
