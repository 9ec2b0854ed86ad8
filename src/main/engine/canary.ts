import { createHash, randomUUID } from 'node:crypto'
import { inDocker } from '../../shared/readurState.ts'
import { isCurrentReadur } from '../../shared/readurVersion.ts'
import { asMigrateError, MigrateError } from './errors.ts'
import type { RunStore } from './journal/runStore.ts'
import type { MovableItem } from './plan/item.ts'
import { isOnS3, keyOf } from './keys/readurKeys.ts'
import type { ObjectStore, ReadurDatabase, ReadurServer } from './ports.ts'
import type { Progress } from './progress.ts'
import { sha256Of } from './transfer/fingerprint.ts'

interface CanaryDeps {
  readur: ReadurServer
  database: Pick<ReadurDatabase, 'documents' | 'documentsById'>
  objects: Pick<ObjectStore, 'bucket' | 'head'>
  store: Pick<RunStore, 'append' | 'last'>
  progress: Pick<Progress, 'log'>
  signal: AbortSignal
}

/**
 * Finds out whether Readur stores and serves documents in this bucket, with a document of our own: no user's document is
 * needed to learn that Readur still works locally. It is uploaded through Readur, looked for in rows and bucket,
 * downloaded, compared and deleted. Returns whether documents of users can be tried, too. Throws CANARY_FAILED with what
 * was found and what to do about it; READUR_TOKEN, READUR_UNREACHABLE, READUR_STRANGE and the like where it was not asked.
 */
export async function tryReadur(deps: CanaryDeps): Promise<{ showsDocuments: boolean }> {
  const { readur, store, progress, signal } = deps
  // Whoever does not answer at all has refused nothing.
  await readur.health(signal)
  const { name, isAdmin } = await readur.whoAmI(signal)
  await removeLeftOver(deps)
  const filename = `readur-migrate-check-${randomUUID()}.txt`
  const text = `Readur Migrate checks that Readur stores documents in the bucket “${deps.objects.bucket}”. ${filename}\n`
  const bytes = Buffer.from(text)
  store.append([{ step: 'canary-intent', data: { filename } }])
  let documentId: string | null
  try {
    documentId = await readur.upload(filename, bytes, signal)
    if (documentId === null) throw failed(readur, `It could not store a document. It answers 500. ${refusedKeys}`)
  } catch (cause) {
    // An answer that is lost on the way leaves a document. What can't be removed now, the next session removes.
    await removeLeftOver({ ...deps, signal: AbortSignal.timeout(removalMs) }).catch(() => undefined)
    throw cause
  }
  store.append([{ step: 'canary-stored', data: { filename, documentId } }])
  try {
    await assertStoredHere(deps, documentId)
    await assertServed(deps, documentId, createHash('sha256').update(bytes).digest('hex'))
  } finally {
    await remove(deps, documentId, filename)
  }
  const words = `Readur stores documents in the bucket “${deps.objects.bucket}” and serves them from there.`
  store.append([{ step: 'readur', data: { isSwitched: true, words } }])
  progress.log('info', words)
  // It answers 404 for documents of other users.
  if (!isAdmin) {
    progress.log('info', `“${name}” is not an administrator of Readur, so only the test document was tried.`)
  }
  return { showsDocuments: isAdmin }
}

/** Downloads a document whose row was just switched, as a user does. Returns what is wrong, null when nothing is. */
export async function tryDocument(
  { readur, store, signal }: Pick<CanaryDeps, 'readur' | 'store' | 'signal'>,
  item: MovableItem,
): Promise<MigrateError | null> {
  const sha256 = store.last('verified', item.seq)?.sha256 ?? ''
  try {
    await assertServed({ readur, signal }, item.documentId, sha256)
    return null
  } catch (cause) {
    return asMigrateError(cause)
  }
}

const refusedKeys = `Usually the storage service refuses its keys. Its log names the reason; correct S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, and restart it ${inDocker}.`

async function assertStoredHere({ readur, database, objects, signal }: CanaryDeps, documentId: string): Promise<void> {
  const [row] = await database.documentsById([documentId], signal)
  if (row === undefined)
    throw failed(readur, 'It works on another database: the document it has just stored is not in this one.')
  const { version } = readur
  if (!isOnS3(row.filePath)) throw failed(readur, `It still stores documents in its own folder. ${toS3(version)}`)
  const key = keyOf(row.filePath)
  if ((await objects.head(key, signal)) !== null) return
  throw failed(
    readur,
    `It stores documents on S3, but not in the bucket “${objects.bucket}” of this connection. Correct S3_BUCKET_NAME and S3_ENDPOINT_URL in its settings, and restart it ${inDocker}.${isCurrent(version) === true ? '' : ' Before version 2.9.2 it does not read S3_ENDPOINT.'}`,
  )
}

const isCurrent = (version: string | null): boolean | null => (version === null ? null : isCurrentReadur(version))

/** What a Readur needs that still stores locally; one that could not list the bucket when it started does so without a word. */
function toS3(version: string | null): string {
  const old = 'does not read STORAGE_BACKEND and S3_ENDPOINT'
  if (isCurrent(version) === false) {
    return `Version ${version ?? ''} ${old}: write S3_ENABLED=true and S3_ENDPOINT_URL into its settings and restart it ${inDocker}, or update it to 2.9.2.`
  }
  return [
    `Write the S3 settings into its environment, and restart it ${inDocker}.`,
    'Is that done? Then look for S3 in its log: when its keys are refused at the start, it stores locally.',
    ...(isCurrent(version) === null ? [`A version before 2.9.2 ${old}.`] : []),
  ].join(' ')
}

async function assertServed(
  { readur, signal }: Pick<CanaryDeps, 'readur' | 'signal'>,
  documentId: string,
  sha256: string,
): Promise<void> {
  let served: string
  try {
    served = await sha256Of(readur.download(documentId, signal))
  } catch (cause) {
    const error = asMigrateError(cause)
    if (signal.aborted || error.scope === 'run') throw error
    throw failed(readur, `It does not serve a document that is on S3. ${error.message}`, error)
  }
  if (served !== sha256) throw failed(readur, 'It serves other bytes than those in the bucket.')
}

async function remove(
  { readur, store, progress }: Pick<CanaryDeps, 'readur' | 'store' | 'progress'>,
  documentId: string,
  filename: string,
): Promise<void> {
  try {
    // Also when the run is stopped: it is one short request.
    await readur.remove(documentId, AbortSignal.timeout(removalMs))
    store.append([{ step: 'canary-removed', data: { filename } }])
  } catch (cause) {
    const { message } = asMigrateError(cause)
    progress.log('warning', `The test document “${filename}” was left in Readur; delete it there. ${message}`)
  }
}

const removalMs = 30_000

/** A session that was killed in the middle may have left its document, and need not have learnt its id. */
async function removeLeftOver({ readur, database, store, progress, signal }: CanaryDeps): Promise<void> {
  const filename = store.last('canary-intent')?.filename
  if (filename === undefined || store.last('canary-removed')?.filename === filename) return
  const stored = store.last('canary-stored')
  const documentId = stored?.filename === filename ? stored.documentId : await idOf(database, filename, signal)
  if (documentId !== null) await remove({ readur, store, progress }, documentId, filename)
}

async function idOf(
  database: Pick<ReadurDatabase, 'documents'>,
  filename: string,
  signal: AbortSignal,
): Promise<string | null> {
  for await (const page of database.documents({}, signal)) {
    const found = page.find((row) => row.filename === filename)
    if (found) return found.id
  }
  return null
}

function failed({ label }: Pick<ReadurServer, 'label'>, message: string, cause?: unknown): MigrateError {
  return new MigrateError('CANARY_FAILED', { message, subject: label, cause })
}
