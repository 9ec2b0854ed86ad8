import { MigrateError } from '../errors.ts'
import type { ReadurDatabase, UploadsFolder } from '../ports.ts'
import { locate } from '../plan/locate.ts'
import { isOnS3 } from '../plan/keys.ts'
import type { PathPrefix } from '../plan/paths.ts'
import { account } from './account.ts'
import type { Checkup } from './checkup.ts'
import { checkFiles } from './files.ts'
import type { FolderProbe } from './ports.ts'
import { failed, note, ok, warning, type Verdict } from './verdict.ts'

export interface UploadsDeps {
  uploads: Pick<UploadsFolder, 'check' | 'inspect' | 'list' | 'label'>
  probe: FolderProbe
  database: Pick<ReadurDatabase, 'randomDocuments'>
  prefixes: readonly PathPrefix[]
}

const sampled = 50
/** Fewer documents may all have lost their files. */
const enoughToTell = 5
const shown = 5
const gigabyte = 1_000_000_000
const fewFiles = 10_000

/** Whether the uploads folder is there, is the one that the rows mean, and what lies in it can be had. */
export async function checkUploads(
  checkup: Checkup,
  deps: UploadsDeps,
  databaseIsThere: () => Promise<boolean>,
): Promise<void> {
  const { uploads, probe } = deps
  const found = await checkup.run('uploads.folder', async () => {
    await uploads.check()
    return ok(true, 'documents/ is there.')
  })
  if (!found) {
    checkup.skip('uploads')
    return
  }
  await checkup.run('uploads.account', (signal) => account(probe, signal))
  await checkup.run('uploads.space', async (signal) => space(await probe.space(signal)))
  await checkFiles(checkup, deps)
  if (!checkup.plans('uploads.mapping')) return
  if (await databaseIsThere()) await checkup.run('uploads.mapping', (signal) => mapping(deps, signal))
  else checkup.skip('uploads.mapping')
}

function space(free: Awaited<ReturnType<FolderProbe['space']>>): Verdict<null> {
  if (free === null) return note(null, 'The file system does not tell.')
  const { freeBytes, totalBytes, freeFiles } = free
  const evidence = [
    `${gigabytes(freeBytes)} free of ${gigabytes(totalBytes)}`,
    freeFiles === null ? 'no limit of files' : `room for ${freeFiles.toLocaleString('en')} more files`,
  ]
  const finding = `${gigabytes(freeBytes)} free.`
  if (freeBytes < gigabyte || (freeFiles !== null && freeFiles < fewFiles)) {
    return warning(null, finding, {
      evidence,
      words:
        'A migration needs no room here. A rollback that has to download documents does, and Readur itself does for new ones.',
    })
  }
  return ok(null, finding, { evidence })
}

const gigabytes = (bytes: number): string => `${(bytes / gigabyte).toFixed(1)} GB`

/** Rows name paths of the container; that they are mapped right is proven by the files being there. */
async function mapping({ uploads, database, prefixes }: UploadsDeps, signal: AbortSignal): Promise<Verdict<null>> {
  const rows = await database.randomDocuments(sampled, signal)
  const local = rows.filter(({ filePath }) => !isOnS3(filePath))
  if (local.length === 0) {
    return ok(null, rows.length === 0 ? 'There are no documents.' : 'The documents looked at are all on S3.')
  }
  const missing: string[] = []
  const elsewhere: string[] = []
  for (const { filePath } of local) {
    signal.throwIfAborted()
    const found = await locate(uploads, filePath, prefixes)
    if (found.found || found.code === 'FILE_UNREADABLE') continue
    if (found.code === 'FILE_RECOVERABLE') elsewhere.push(`${filePath}: ${found.message}`)
    else missing.push(`${filePath}: ${found.message}`)
  }
  const there = local.length - missing.length - elsewhere.length
  const finding = `${there} of ${local.length} documents chosen at random are there.`
  const evidence = [
    ...prefixes.flatMap(({ stored, folder }) => {
      const place = folder === '' ? uploads.label : `${uploads.label}/${folder}`
      return stored === place ? [] : [`${stored} is ${place}`]
    }),
    ...[...missing, ...elsewhere].slice(0, shown),
  ]
  if (missing.length === local.length && missing.length >= enoughToTell) {
    const error = new MigrateError('UPLOADS_MISSING', { message: finding, subject: uploads.label, scope: 'run' })
    return failed(null, error, {
      evidence,
      words:
        'The rows mean another folder than this one. Name the folder with READUR_UPLOADS_DIR (--uploads), or say where the container’s path lies with --map /container/path=/host/path.',
    })
  }
  if (missing.length + elsewhere.length > 0) {
    return warning(null, finding, {
      evidence,
      words: 'The plan names every document whose file is missing or lies elsewhere; those are left as they are.',
    })
  }
  return ok(null, finding, { evidence })
}
