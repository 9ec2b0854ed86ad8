import type { ObjectStore } from '../ports.ts'
import type { Progress } from '../progress.ts'

/** Says of a bucket with versions, before anything is removed there, that the versions stay. */
export async function warnOfVersions(
  { objects, progress }: { objects: Pick<ObjectStore, 'keepsVersions'>; progress: Progress },
  removes: number,
  signal: AbortSignal,
): Promise<void> {
  if (removes === 0 || !(await objects.keepsVersions(signal))) return
  const what =
    removes === 1
      ? 'the object that is removed stays as an old version and is billed until you or a lifecycle rule delete it.'
      : `the ${removes} objects that are removed stay as old versions and are billed until you or a lifecycle rule delete them.`
  progress.log('warning', `The bucket keeps versions: ${what}`)
}
