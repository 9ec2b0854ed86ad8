import type { ObjectStore, UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'
import { fingerprintOf, type Fingerprint } from '../transfer/fingerprint.ts'
import type { Discrepancies } from './discrepancies.ts'

export interface HashDeps {
  site: { uploads: Pick<UploadsFolder, 'open'>; objects: Pick<ObjectStore, 'head' | 'get'> }
  discrepancies: Pick<Discrepancies, 'read'>
  progress: Progress
  signal: AbortSignal
}

/** Reads a local file whole. Throws FILE_*. */
export async function hashFile(deps: HashDeps, path: string): Promise<Fingerprint> {
  const file = await deps.site.uploads.open(path)
  try {
    const fingerprint = await fingerprintOf(file.read(deps.signal), file.stamp.size)
    count(deps, fingerprint)
    return fingerprint
  } finally {
    await file.close()
  }
}

/** Reads an object whole; null when there is none. */
export async function hashObject(deps: HashDeps, key: string): Promise<Fingerprint | null> {
  const facts = await deps.site.objects.head(key, deps.signal)
  if (facts === null) return null
  const fingerprint = await fingerprintOf(deps.site.objects.get(key, deps.signal), facts.size)
  count(deps, fingerprint)
  return fingerprint
}

function count({ discrepancies, progress }: HashDeps, { size }: Fingerprint): void {
  discrepancies.read += 1
  progress.fileEnded(0, 'verified', size)
}
