import { errorCatalogue } from '../../../shared/errors.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { ObjectStore } from '../ports.ts'
import type { Progress } from '../progress.ts'

interface VersionsDeps {
  objects: Pick<ObjectStore, 'keepsVersions'>
  store: Pick<RunStore, 'append'>
  progress: Progress
}

/** Says of a bucket with versions, before anything is removed there, that the versions stay: now, and with the run. */
export async function warnOfVersions(
  { objects, store, progress }: VersionsDeps,
  removes: number,
  signal: AbortSignal,
): Promise<void> {
  if (removes === 0 || !(await objects.keepsVersions(signal))) return
  store.append([{ step: 'versions', data: { removes } }])
  const { title, remedy } = errorCatalogue.VERSIONS_STAY
  progress.log('warning', `${title} (${removes} ${removes === 1 ? 'object' : 'objects'}). ${remedy}`)
}
