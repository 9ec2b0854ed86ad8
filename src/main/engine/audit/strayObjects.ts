import pLimit from 'p-limit'
import { z } from 'zod'
import { pathOfKey } from '../keys/readurKeys.ts'
import type { DocumentRow } from '../ports.ts'
import { ownerMark } from '../transfer/metadata.ts'
import type { StrayObject } from './discrepancies.ts'
import { isThumbnailKey } from '../keys/keyShapes.ts'
import type { StrayDeps } from './strayFiles.ts'

const objectRow = z.object({
  key: z.string(),
  size: z.number(),
  modifiedAt: z.number(),
  documentId: z.string().nullable(),
})

/** Objects without a row, of those below Readur's folders. */
export async function auditObjects(deps: StrayDeps): Promise<void> {
  const { lists, signal, site } = deps
  const limit = pLimit(deps.parallel)
  const sql = `SELECT key, size, modifiedAt, documentId FROM object o WHERE key > ?
    AND NOT EXISTS (SELECT 1 FROM record r WHERE r.key = o.key) ORDER BY key LIMIT 500`
  for (const page of lists.pages(objectRow, ['key', ''], sql)) {
    const ids = [...new Set(page.flatMap(({ documentId }) => documentId ?? []))]
    const live = new Map((await site.database.documentsById(ids, signal)).map((row) => [row.id, row]))
    await Promise.all(
      page.map((object) =>
        limit(() => {
          signal.throwIfAborted()
          return strayObject(deps, object, live.get(object.documentId ?? ''))
        }),
      ),
    )
  }
}

async function strayObject(
  { site, lists, discrepancies, settledBefore, databaseIdentity, signal }: StrayDeps,
  object: StrayObject & { documentId: string | null },
  owner: DocumentRow | undefined,
): Promise<void> {
  const { key, documentId } = object
  const say = (...[code, message, note]: [Parameters<typeof discrepancies.object>[1], string, boolean]): void =>
    discrepancies.object(object, code, message, note, documentId ?? '')
  if (lists.has('SELECT 1 FROM mention WHERE path = ?', pathOfKey(key))) {
    say('OBJECT_NAMED_ELSEWHERE', 'Only other tables name it.', true)
    return
  }
  if (documentId === null) {
    say('OBJECT_NOT_OURS', 'Its key is not of Readur’s making.', true)
    return
  }
  if (owner) {
    const points = [owner.filePath, ...owner.images.map(({ processedPath }) => processedPath)].includes(pathOfKey(key))
    // Entered since the rows were listed; or a thumbnail, which has no row.
    if (points || isThumbnailKey(key)) return
    say('OBJECT_SPARE', `The row of document ${owner.id} holds “${owner.filePath}”.`, true)
    return
  }
  const facts = await site.objects.head(key, signal)
  if (facts === null) return
  const mark = ownerMark(facts, databaseIdentity)
  if (mark === 'foreign') {
    say('OBJECT_NOT_OURS', 'It was made for another database.', true)
    return
  }
  if (object.modifiedAt >= settledBefore) {
    say('OBJECT_RECENT', 'It was made a short while ago.', true)
    return
  }
  const message = `Document ${documentId} is not in the database.`
  say(mark === 'ours' ? 'OBJECT_ORPHAN' : 'OBJECT_UNMARKED', message, false)
}
