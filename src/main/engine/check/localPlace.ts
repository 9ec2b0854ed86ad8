import type { RunStore } from '../journal/runStore.ts'
import type { MovableItem } from '../plan/item.ts'
import type { UploadsFolder } from '../ports.ts'

/** Where the local file of a document that is on S3 is to be found: its own place, or where `free` has put it aside. */
export async function localPlace(
  store: Pick<RunStore, 'last'>,
  uploads: Pick<UploadsFolder, 'inspect'>,
  { seq, source }: MovableItem,
): Promise<string> {
  const freedTo = store.last('local-freed', seq)?.to ?? null
  if (freedTo === null) return source
  return (await uploads.inspect(source)).kind === 'absent' ? freedTo : source
}
