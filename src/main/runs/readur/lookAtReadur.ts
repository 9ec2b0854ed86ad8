import { dirname, join } from 'node:path'
import { parseContainer } from '../../../shared/container.ts'
import type { ReadurState, UploadsInside } from '../../../shared/readurState.ts'
import { isLoopback } from '../../../shared/webAddress.ts'
import { Boundary } from '../../discovery/boundary.ts'
import { discoverCompose } from '../../discovery/compose.ts'
import type { Discovered, InnerNetwork } from '../../discovery/discovered.ts'
import { localFile, localFiles } from '../../discovery/localFiles.ts'
import { ourReadur } from '../../discovery/ourReadur.ts'
import { searchPod } from '../../discovery/searchPod.ts'
import { searchContainers } from '../../discovery/searchServer.ts'
import { commandRunner, type Commands } from '../../engine/commands.ts'
import type { ObjectStore, ReadurDatabase, ReadurServer } from '../../engine/ports.ts'
import { asMigrateError } from '../../engine/errors.ts'
import {
  askReadur,
  documentsInBucket,
  readurStateOf,
  type BucketPlace,
  type ReadurAnswer,
  type ToldStorage,
} from '../../engine/readurState.ts'
import type { SiteSettings } from '../../profiles/settings.ts'

/** What there is to look at. */
interface ReadurPlace {
  settings: SiteSettings
  /** Programs of the computer that database and uploads lie on. */
  commands: Commands
  readur: ReadurServer | null
  database: Pick<ReadurDatabase, 'randomDocuments'>
  /** The bucket of the connection. */
  objects: Pick<ObjectStore, 'head' | 'get'>
}

interface ReadurSight {
  state: ReadurState
  /** How its container reaches others; null where it is not known to run in one. */
  network: InnerNetwork | null
  /** What its container was made of; null where that is not known. */
  version: string | null
}

export const bucketOf = ({ s3 }: Pick<SiteSettings, 's3'>): BucketPlace => ({
  bucket: s3.bucket,
  endpoint: s3.endpoint ?? null,
})

/** In all. Servers may hang: what has not been told by then is not known. */
const lookLimitMs = 15_000

/** Finds out where the Readur of a connection stores. Only reads. Throws what `signal` is aborted with. */
export async function lookAtReadur(
  { settings, commands, readur, database, objects }: ReadurPlace,
  isConfirmed: boolean,
  signal: AbortSignal,
  limitMs = lookLimitMs,
): Promise<ReadurSight> {
  const late: string[] = []
  const over = AbortSignal.timeout(limitMs)
  const within = AbortSignal.any([signal, over])
  /** What cannot be asked tells nothing; what hangs may not even listen to the signal. */
  const told = async <T>(what: string, look: (signal: AbortSignal) => Promise<T | null>): Promise<T | null> => {
    try {
      return await Promise.race([look(within), abortedBy(within)])
    } catch {
      signal.throwIfAborted()
      if (over.aborted) late.push(what)
      return null
    }
  }
  const answered = async (): Promise<ReadurAnswer | null> => {
    if (!readur?.hasToken) return null
    const documents = await told('The database or the bucket', (until) => documentsInBucket(database, objects, until))
    return documents && told(readur.label, (until) => askReadur(readur, documents, objects, until))
  }
  const [container, pod, answer, file] = await Promise.all([
    told('Its computer', (until) => inDocker(settings, commands, until)),
    told('Its cluster', (until) => inPod(settings, commands, until)),
    answered(),
    told('Its Compose file', () => inComposeFile(settings.settingsFile)),
  ])
  const silence = late.length === 0 ? null : `${late.join(' and ')} gave no answer within ${limitMs / 1000} seconds.`
  const [started, written] = [container, file].map((it) => (it?.storing ? fromHere(it.storing, settings) : null))
  const evidence = {
    container: started ?? null,
    answer,
    settings: written ?? fromSettings(settings),
    isConfirmed,
    silence,
  }
  const state = readurStateOf(evidence, bucketOf(settings))
  const uploadsInside = insideOf(container ?? pod ?? file)
  return {
    state: uploadsInside ? { ...state, uploadsInside } : state,
    network: (container ?? file)?.network ?? null,
    version: (container ?? pod)?.settings.readurVersion?.value ?? null,
  }
}

/** The server's 127.0.0.1 is not this computer's, and neither are the addresses of its containers. */
function fromHere(told: ToldStorage, { server }: SiteSettings): ToldStorage {
  if (server === null) return told
  const endpoints = told.endpoints.flatMap((it, at) => {
    if (!told.onServer.includes(it) || !URL.canParse(it)) return [it]
    const url = new URL(it)
    if (isLoopback(url.hostname)) return [withHost(url, server.host)]
    return at === 0 ? [it] : []
  })
  return { ...told, endpoints }
}

function withHost({ protocol, port, pathname }: URL, host: string): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `${protocol}//${name}${port === '' ? '' : `:${port}`}${pathname}`.replace(/\/$/, '')
}

function insideOf(found: Discovered | null): UploadsInside | null {
  if (!found?.uploads) return null
  const { container, path, lostWith } = found.uploads
  return lostWith && { container: container ?? found.name ?? 'readur', path, lostWith }
}

const abortedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = (): void => reject(asMigrateError(signal.reason))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })

async function inDocker(
  { uploads, database }: SiteSettings,
  commands: Commands,
  signal: AbortSignal,
): Promise<Discovered | null> {
  const found = await searchContainers(commandRunner(commands), signal)
  return ourReadur(found, { ...uploads, database: database.label })
}

/** The pod that the uploads are read through. */
async function inPod({ uploads }: SiteSettings, commands: Commands, signal: AbortSignal): Promise<Discovered | null> {
  const address = parseContainer(uploads.container ?? '')
  return address?.runtime === 'kubernetes' ? searchPod(commandRunner(commands), address, uploads.root, signal) : null
}

const composeNames = ['docker-compose.yml', 'docker-compose.yaml', 'compose.yml', 'compose.yaml']

/** The one Readur of the Compose file that reads these settings: the one beside them. */
async function inComposeFile(settingsFile: string | undefined): Promise<Discovered | null> {
  if (settingsFile === undefined) return null
  const folder = dirname(settingsFile)
  for (const name of composeNames) {
    const path = join(folder, name)
    const text = await localFile(path)
    if (text === null) continue
    const [only, ...others] = await discoverCompose(text, localFiles(folder, new Boundary()), { path })
    return others.length === 0 ? (only ?? null) : null
  }
  return null
}

/** What the settings of the connection say, where they are Readur's own. */
function fromSettings({ readur: { storage, usesAmazon, unsure }, s3, settingsFile }: SiteSettings): ToldStorage | null {
  if (storage === null) return null
  const source = settingsFile === undefined ? 'its environment' : `its settings in ${settingsFile}`
  const endpoints = usesAmazon || s3.endpoint === undefined ? [] : [s3.endpoint]
  return { source, backend: storage, bucket: s3.bucket, endpoints, onServer: [], isItself: false, unsure }
}
