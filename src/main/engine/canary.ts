import { createHash, randomUUID } from 'node:crypto'
import { asMigrateError, MigrateError } from './errors.ts'
import type { RunStore } from './journal/runStore.ts'
import type { MovableItem } from './plan/item.ts'
import { isOnS3, keyOf } from './plan/keys.ts'
import type { ObjectStore, ReadurDatabase, ReadurServer } from './ports.ts'
import type { Progress } from './progress.ts'

export interface CanaryDeps {
  readur: ReadurServer
  database: Pick<ReadurDatabase, 'documentsById'>
  objects: Pick<ObjectStore, 'bucket' | 'head'>
  store: Pick<RunStore, 'append' | 'last'>
  progress: Pick<Progress, 'log'>
  signal: AbortSignal
}

/**
 * Finds out whether Readur stores and serves documents in this bucket, with a document of our own: no user's document is
 * needed to learn that Readur still works locally. It is uploaded through Readur, looked for in rows and bucket,
 * downloaded, compared and deleted. Throws CANARY_FAILED with what was found, READUR_TOKEN, READUR_UNREACHABLE.
 */
export async function tryReadur(deps: CanaryDeps): Promise<void> {
  const { readur, store, progress, signal } = deps
  await removeLeftOver(deps)
  const filename = `readur-migrate-check-${randomUUID()}.txt`
  const text = `Readur Migrate checks that Readur stores documents in the bucket “${deps.objects.bucket}”. ${filename}\n`
  const bytes = Buffer.from(text)
  store.append([{ step: 'canary-intent', data: { filename } }])
  const documentId = await readur.upload(filename, bytes, signal).catch((cause: unknown) => {
    const error = asMigrateError(cause)
    if (signal.aborted || error.code === 'READUR_TOKEN') throw error
    const hint = 'Its log says why; most often the storage service refuses its keys.'
    throw failed(readur, `It could not store a document. ${error.message} ${hint}`, error)
  })
  store.append([{ step: 'canary-stored', data: { filename, documentId } }])
  try {
    await assertStoredHere(deps, documentId)
    await assertServed(deps, documentId, createHash('sha256').update(bytes).digest('hex'))
  } finally {
    await remove(deps, documentId, filename)
  }
  progress.log('info', `Readur stores documents in the bucket “${deps.objects.bucket}” and serves them from there.`)
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

async function assertStoredHere({ readur, database, objects, signal }: CanaryDeps, documentId: string): Promise<void> {
  const [row] = await database.documentsById([documentId], signal)
  if (row === undefined)
    throw failed(readur, 'It works on another database: the document it has just stored is not in this one.')
  if (!isOnS3(row.filePath)) {
    throw failed(
      readur,
      'It still stores documents in its own folder. Write the S3 settings into its environment, restart it, and look in its log that it uses S3.',
    )
  }
  const key = keyOf(row.filePath)
  if ((await objects.head(key, signal)) !== null) return
  throw failed(
    readur,
    `It stores documents on S3, but not in the bucket “${objects.bucket}”: compare bucket and endpoint. Before version 2.9.2 Readur reads S3_ENDPOINT_URL and not S3_ENDPOINT.`,
  )
}

async function assertServed(
  { readur, signal }: Pick<CanaryDeps, 'readur' | 'signal'>,
  documentId: string,
  sha256: string,
): Promise<void> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of readur.download(documentId, signal)) hash.update(chunk)
  } catch (cause) {
    const error = asMigrateError(cause)
    if (signal.aborted || error.scope === 'run') throw error
    throw failed(readur, `It does not serve a document that is on S3. ${error.message}`, error)
  }
  if (hash.digest('hex') !== sha256) throw failed(readur, 'It serves other bytes than those in the bucket.')
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

/** A session that was killed in the middle may have left its document. */
async function removeLeftOver({ readur, store, progress }: CanaryDeps): Promise<void> {
  const filename = store.last('canary-intent')?.filename
  if (filename === undefined || store.last('canary-removed')?.filename === filename) return
  const stored = store.last('canary-stored')
  if (stored?.filename === filename) await remove({ readur, store, progress }, stored.documentId, filename)
  else progress.log('warning', `A test document “${filename}” may have been left in Readur; delete it there.`)
}

function failed({ label }: Pick<ReadurServer, 'label'>, message: string, cause?: unknown): MigrateError {
  return new MigrateError('CANARY_FAILED', { message, subject: label, scope: 'run', cause })
}
