import { dirname, join } from 'node:path'
import type { ReadurState } from '../../../shared/readurState.ts'
import { Boundary } from '../../discovery/boundary.ts'
import { discoverCompose } from '../../discovery/compose.ts'
import type { Discovered, InnerNetwork } from '../../discovery/discovered.ts'
import { localFile, localFiles } from '../../discovery/localFiles.ts'
import { ourReadur } from '../../discovery/ourReadur.ts'
import { searchContainers } from '../../discovery/searchServer.ts'
import { commandRunner, type Commands } from '../../engine/commands.ts'
import type { ReadurDatabase, ReadurServer } from '../../engine/ports.ts'
import { askReadur, readurStateOf, type BucketPlace, type ToldStorage } from '../../engine/readurState.ts'
import type { SiteSettings } from '../../profiles/settings.ts'

/** What there is to look at. */
export interface ReadurPlace {
  settings: SiteSettings
  /** Programs of the computer that database and uploads lie on. */
  commands: Commands
  readur: ReadurServer | null
  database: Pick<ReadurDatabase, 'randomDocuments'>
}

export interface ReadurSight {
  state: ReadurState
  /** How its container reaches others; null where it is not known to run in one. */
  network: InnerNetwork | null
}

export const bucketOf = ({ s3 }: Pick<SiteSettings, 's3'>): BucketPlace => ({
  bucket: s3.bucket,
  endpoint: s3.endpoint ?? null,
})

/** Docker may hang, and so may Readur: what they would tell is then not known. */
const dockerMs = 15_000
const answerMs = 30_000

/** Finds out where the Readur of a connection stores. Only reads. Throws what `signal` is aborted with. */
export async function lookAtReadur(
  { settings, commands, readur, database }: ReadurPlace,
  isConfirmed: boolean,
  signal: AbortSignal,
): Promise<ReadurSight> {
  const [container, answer, file] = await Promise.all([
    orNull(signal, () => inDocker(settings, commands, AbortSignal.any([signal, AbortSignal.timeout(dockerMs)]))),
    orNull(signal, () => askReadur(readur, database, AbortSignal.any([signal, AbortSignal.timeout(answerMs)]))),
    orNull(signal, () => inComposeFile(settings.settingsFile)),
  ])
  const told = file?.storing ?? fromSettings(settings)
  const evidence = { container: container?.storing ?? null, answer, settings: told, isConfirmed }
  return { state: readurStateOf(evidence, bucketOf(settings)), network: (container ?? file)?.network ?? null }
}

/** What cannot be asked tells nothing. */
async function orNull<T>(signal: AbortSignal, look: () => Promise<T | null>): Promise<T | null> {
  try {
    return await look()
  } catch {
    signal.throwIfAborted()
    return null
  }
}

async function inDocker(
  { uploads, database }: SiteSettings,
  commands: Commands,
  signal: AbortSignal,
): Promise<Discovered | null> {
  const found = await searchContainers(commandRunner(commands), signal)
  return ourReadur(found, { ...uploads, database: database.label })
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
function fromSettings({ readur: { storage }, s3, settingsFile }: SiteSettings): ToldStorage | null {
  if (storage === null) return null
  const source = settingsFile === undefined ? 'its environment' : `its settings in ${settingsFile}`
  return { source, backend: storage, bucket: s3.bucket, endpoints: s3.endpoint === undefined ? [] : [s3.endpoint] }
}
