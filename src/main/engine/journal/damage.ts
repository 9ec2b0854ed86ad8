import { z } from 'zod'
import { itemKinds } from '../../../shared/run.ts'
import { errorData, MigrateError } from '../errors.ts'
import type { Item } from '../plan/item.ts'
import type { Progress } from '../progress.ts'
import type { RunStore } from './runStore.ts'

const named = 5
const message = 'What the run’s record says of this file is damaged, so nothing was done with it.'

const text = z.string().catch('')
const number = z.number().catch(0)
const remnant = z
  .object({
    seq: z.number(),
    kind: z.enum(itemKinds).catch('document'),
    document_id: text,
    row_id: text,
    user_id: z.string().nullable().catch(null),
    filename: text,
    old_path: text,
    size: number,
  })
  .transform((row): Item => ({
    ...{ seq: row.seq, kind: row.kind, documentId: row.document_id, rowId: row.row_id, userId: row.user_id },
    ...{ filename: row.filename, oldPath: row.old_path, size: row.size, mtimeMs: 0, mimeType: null, fileHash: null },
    // What could be acted on is left out.
    ...{ source: null, key: null, followers: [], verdict: 'blocked', code: 'RECORD_DAMAGED', message },
  }))

/** What can still be read of the damaged items, for people; none of it is certain. */
export function damagedItems({ query, damage }: Pick<RunStore, 'query' | 'damage'>): Item[] {
  return damage.items.flatMap((seq) => query.rows(remnant, 'SELECT * FROM main.item WHERE seq = ?', seq))
}

/** One sentence on what is damaged; null when nothing is. */
export function damageText(store: Pick<RunStore, 'query' | 'header' | 'damage'>): string | null {
  const { items, lines } = store.damage
  if (items.length + lines === 0) return null
  const names = damagedItems(store)
    .slice(0, named)
    .map(({ seq, filename }) => `“${filename.replace(/\p{Cc}/gu, '�')}” (${seq})`)
  const more = items.length > names.length ? ` and ${items.length - names.length} more` : ''
  const parts = [
    ...(items.length > 0 ? [`${items.length} of its files (${names.join(', ')}${more})`] : []),
    ...(lines > 0 ? [`${lines} lines about the run as a whole`] : []),
  ]
  return `The record of run ${store.header.id} is damaged: ${parts.join(' and ')}. Damaged files are left as they are. The command recover makes a new record from database and bucket.`
}

/** Throws RECORD_DAMAGED where nobody knows any more what the run is to do. */
export function assertDecided(store: RunStore): void {
  if (!store.damage.isUndecided) return
  const told = damageText(store) ?? ''
  throw new MigrateError('RECORD_DAMAGED', { message: told, subject: store.header.id, scope: 'run' })
}

/** Tells of the damage of a run that is about to be gone on with, and writes it down: its damaged items have failed. */
export function recordDamage(store: RunStore, progress: Pick<Progress, 'log'>): void {
  const told = damageText(store)
  if (told === null) return
  progress.log('warning', told)
  const open = store.damage.items.filter((seq) => !store.query.has('SELECT 1 FROM outcome WHERE seq = ?', seq))
  const data = errorData(new MigrateError('RECORD_DAMAGED', { message }))
  store.append([
    { step: 'warning', data: { message: told } },
    ...open.map((seq) => ({ step: 'failed' as const, seq, code: 'RECORD_DAMAGED' as const, data })),
  ])
}
