import { MigrateError } from './errors.ts'
import type { DatabaseFacts, ObjectStore, ReadurDatabase, UploadsFolder } from './ports.ts'
import type { Progress } from './progress.ts'

interface PreflightDeps {
  database: Pick<ReadurDatabase, 'facts'>
  objects: Pick<ObjectStore, 'check' | 'bucket'>
  uploads: Pick<UploadsFolder, 'check'>
  progress: Progress
}

/** Folders of the bucket that we write to. */
const ourFolders = ['documents/', 'processed_images/']

/**
 * What must hold before a plan or a run is worth starting. Throws the first thing that does not; changes nothing.
 * The database's facts are returned, since they identify the run.
 */
export async function preflight(deps: PreflightDeps, signal: AbortSignal): Promise<DatabaseFacts> {
  const facts = await deps.database.facts(signal)
  assertReadur(facts)
  assertNotIngested(facts, deps.objects.bucket)
  await deps.uploads.check()
  await deps.objects.check(signal)
  if (facts.ocrPending > 0) {
    deps.progress.log(
      'warning',
      `${facts.ocrPending} documents wait for OCR. Readur reads their local file, so keep it running as it is until they are done.`,
    )
  }
  return facts
}

/** The tables are there and may be written to. Throws DB_NOT_READUR and DB_PRIVILEGE. */
export function assertReadur(facts: DatabaseFacts): void {
  if (facts.missing.length > 0) {
    const message = `“${facts.label}” has no ${facts.missing.join(', ')}.`
    throw new MigrateError('DB_NOT_READUR', { message, subject: facts.label })
  }
  if (facts.notUpdatable.length > 0) {
    const message = `The user may not update ${facts.notUpdatable.join(', ')}.`
    throw new MigrateError('DB_PRIVILEGE', { message, subject: facts.label })
  }
}

/** Readur’s S3 sources import what lies below their watch folders: ours must not be among it. Throws SOURCE_WOULD_INGEST. */
export function assertNotIngested(facts: DatabaseFacts, bucket: string): void {
  const covers = (folder: string): boolean => {
    const watched = folder.replace(/^\/+/, '')
    return ourFolders.some((ours) => ours.startsWith(watched) || watched.startsWith(ours))
  }
  const source = facts.s3Sources.find(
    (it) => it.bucket === bucket && (it.folders.length === 0 || it.folders.some(covers)),
  )
  if (!source) return
  const message = `The source “${source.name}” watches ${source.folders.join(', ') || 'all'} of the bucket “${bucket}”.`
  throw new MigrateError('SOURCE_WOULD_INGEST', { message, subject: source.name })
}
