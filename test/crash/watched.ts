import type { Entry } from '../../src/main/engine/journal/entries.ts'
import type { RunStore } from '../../src/main/engine/journal/runStore.ts'
import type { ObjectStore, ReadurDatabase, ReadurServer, RunLock, UploadsFolder } from '../../src/main/engine/ports.ts'
import type { Site } from '../../src/main/engine/session.ts'
import { RunFolder } from '../../src/main/runs/runFolder.ts'
import type { About } from './job.ts'

/** Told of every step before and after it; it may never return. */
export type OnReached = (at: string, ...about: About[]) => void

/** The same ports, with every call that has an effect announced before it is made and after it was answered. */
export function watchedSite(site: Site, reached: OnReached): Site {
  return {
    ...site,
    database: watchedDatabase(site.database, reached),
    uploads: watchedUploads(site.uploads, reached),
    objects: watchedObjects(site.objects, reached),
  }
}

async function announced<T>(reached: OnReached, call: string, about: About, work: () => Promise<T>): Promise<T> {
  reached(`${call} before`, about)
  const answer = await work()
  reached(`${call} after`, { ...about, ...(typeof answer === 'string' && { result: answer }) })
  return answer
}

/** Announces when about half of the bytes have been handed on. */
async function* halfway(bytes: AsyncIterable<Uint8Array>, size: number, tell: () => void): AsyncGenerator<Uint8Array> {
  let passed = 0
  for await (const chunk of bytes) {
    const was = passed
    passed += chunk.byteLength
    yield chunk
    if (was < size / 2 && passed >= size / 2) tell()
  }
}

function watchedObjects(objects: ObjectStore, reached: OnReached): ObjectStore {
  return {
    ...objects,
    put: (request, signal) => {
      const { body, size, key } = request
      const tell = (): void => reached('put halfway', { key })
      const watched = typeof body === 'function' ? () => halfway(body(), size, tell) : body
      return announced(reached, 'put', { key, bytes: size }, () => objects.put({ ...request, body: watched }, signal))
    },
    remove: (key, permit, signal) => announced(reached, 'remove', { key }, () => objects.remove(key, permit, signal)),
    createUpload: (head, signal) =>
      announced(reached, 'createUpload', { key: head.key }, () => objects.createUpload(head, signal)),
    putPart: (upload, part, bytes, md5, signal) =>
      announced(
        reached,
        'putPart',
        { ...upload, part, bytes: bytes instanceof Uint8Array ? bytes.byteLength : bytes.size },
        () => objects.putPart(upload, part, bytes, md5, signal),
      ),
    completeUpload: (upload, parts, signal) =>
      announced(reached, 'completeUpload', { ...upload }, () => objects.completeUpload(upload, parts, signal)),
    abortUpload: (upload, signal) =>
      announced(reached, 'abortUpload', { ...upload }, () => objects.abortUpload(upload, signal)),
  }
}

/** Readur itself, with every request for a document announced. */
export function watchedReadur(readur: ReadurServer, reached: OnReached): ReadurServer {
  const { label, hasToken, version } = readur
  return {
    ...{ label, hasToken, version },
    health: (signal) => readur.health(signal),
    whoAmI: (signal) => readur.whoAmI(signal),
    async *download(documentId, signal) {
      reached('download before')
      yield* readur.download(documentId, signal)
      reached('download after')
    },
    upload: (filename, bytes, signal) => announced(reached, 'upload', {}, () => readur.upload(filename, bytes, signal)),
    remove: (documentId, signal) => announced(reached, 'removeDocument', {}, () => readur.remove(documentId, signal)),
  }
}

function watchedUploads(uploads: UploadsFolder, reached: OnReached): UploadsFolder {
  return {
    label: uploads.label,
    namedRoot: uploads.namedRoot,
    check: () => uploads.check(),
    inspect: (path) => uploads.inspect(path),
    inspectAll: (paths) => uploads.inspectAll(paths),
    list: (signal) => uploads.list(signal),
    open: (path) => uploads.open(path),
    place: (path, bytes, content, signal) => {
      const watched = halfway(bytes, content.size, () => reached('place halfway'))
      return announced(reached, 'place', {}, () => uploads.place(path, watched, content, signal))
    },
    clearUnfinished: (path) => uploads.clearUnfinished(path),
    move: (from, to, permit) => announced(reached, 'move', {}, () => uploads.move(from, to, permit)),
    remove: (path, permit) => announced(reached, 'removeFile', {}, () => uploads.remove(path, permit)),
  }
}

function watchedDatabase(database: ReadurDatabase, reached: OnReached): ReadurDatabase {
  return {
    facts: (signal) => database.facts(signal),
    counts: (signal) => database.counts(signal),
    documents: (filter, signal) => database.documents(filter, signal),
    documentsById: (ids, signal) => database.documentsById(ids, signal),
    userNames: (ids, signal) => database.userNames(ids, signal),
    randomDocuments: (count, signal) => database.randomDocuments(count, signal),
    awaitingOcr: (ids, signal) => database.awaitingOcr(ids, signal),
    mentions: (signal) => database.mentions(signal),
    lock: async (signal) => watchedLock(await database.lock(signal), reached),
    close: () => database.close(),
  }
}

function watchedLock(lock: RunLock, reached: OnReached): RunLock {
  return {
    get epoch() {
      return lock.epoch
    },
    changePaths: (changes, epoch, signal) =>
      announced(reached, 'changePaths', {}, () => lock.changePaths(changes, epoch, signal)),
    look: (changes, signal) => lock.look(changes, signal),
    referenced: (paths, signal) => lock.referenced(paths, signal),
    saveDocument: (id, signal) => lock.saveDocument(id, signal),
    deleteDocument: (saved, signal) =>
      announced(reached, 'deleteDocument', {}, () => lock.deleteDocument(saved, signal)),
    restoreDocument: (saved, signal) =>
      announced(reached, 'restoreDocument', {}, () => lock.restoreDocument(saved, signal)),
    prove: (claim, paths, signal) => lock.prove(claim, paths, signal),
    leaseLeft: (signal) => lock.leaseLeft(signal),
    readMark: (signal) => lock.readMark(signal),
    writeMark: (mark, was, signal) => announced(reached, 'writeMark', {}, () => lock.writeMark(mark, was, signal)),
    release: (isOrderly) => lock.release(isOrderly),
  }
}

/**
 * Runs whose stores announce every line, and every page of items, before and after it is durable. The first store that is
 * written to is the run's own (`journal`); another one is the run that it goes back over (`parent`).
 */
export class WatchedRuns extends RunFolder {
  readonly #reached: OnReached
  #own: string | null = null

  constructor(dir: string, reached: OnReached) {
    super(dir)
    this.#reached = reached
  }

  override create(header: Parameters<RunFolder['create']>[0]): RunStore {
    return this.#watch(super.create(header))
  }

  override async openToWork(id: string): Promise<RunStore> {
    return this.#watch(await super.openToWork(id))
  }

  override open(id: string, access: 'read' | 'write' = 'read'): RunStore {
    const store = super.open(id, access)
    return access === 'write' ? this.#watch(store) : store
  }

  #watch(store: RunStore): RunStore {
    this.#own ??= store.header.id
    return watchStore(store, this.#own === store.header.id ? 'journal' : 'parent', this.#reached)
  }
}

function watchStore(store: RunStore, whose: 'journal' | 'parent', reached: OnReached): RunStore {
  const append = store.append.bind(store)
  const addItems = store.addItems.bind(store)
  store.append = (entries) => {
    const steps = [...new Set(entries.map(({ step }) => step))]
    for (const step of steps) reached(`${whose} ${step} before`)
    append(entries)
    for (const step of steps) {
      reached(
        `${whose} ${step} after`,
        ...entries.flatMap((entry) => (entry.step === step ? aboutOf(store, entry) : [])),
      )
    }
  }
  store.addItems = (items) => {
    reached('addItems before')
    addItems(items)
    reached('addItems after')
  }
  return store
}

/** Which object a line is about; only of those lines that say what was sent and what became of it. */
function aboutOf(store: RunStore, entry: Entry): About[] {
  if (!tracked.has(entry.step) || entry.seq === undefined) return []
  const key = store.item(entry.seq).key ?? ''
  if (entry.step === 'multipart-intent') return [{ key, uploadId: entry.data.uploadId }]
  return [entry.step === 'part' ? { key, part: entry.data.number } : { key }]
}

const tracked = new Set<Entry['step']>(['multipart-intent', 'part', 'multipart-ended', 'verified', 'committed'])
