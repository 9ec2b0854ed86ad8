import { settingsOf, type SecretOf } from '../profiles/connection.ts'
import type { Profile } from '../profiles/profile.ts'
import type { SiteSettings } from '../profiles/settings.ts'
import { errorCatalogue } from '../../shared/errors.ts'
import type { ReadurState } from '../../shared/readurState.ts'
import type { Commands } from '../engine/commands.ts'
import type { RunHeader } from '../engine/journal/header.ts'
import { noteParent } from '../engine/journal/over.ts'
import type { RunStore } from '../engine/journal/runStore.ts'
import type { DatabaseFacts, ReadurServer } from '../engine/ports.ts'
import type { Progress } from '../engine/progress.ts'
import type { RunContext } from '../engine/session.ts'
import type { StopSignals } from '../engine/stop.ts'
import type { DoctorSite } from '../engine/doctor/checkSite.ts'
import { doctorSiteOf, readurStateAt } from './checks/checkConnection.ts'
import { bucketOf } from './readur/lookAtReadur.ts'
import type { ReadurStateStore } from './readur/readurStateStore.ts'
import { openSite, silentAfterMs, type PaceControl, type SshAccess, type Storage, type Watching } from '../site.ts'
import { appVersion } from '../version.ts'
import type { RunFolder } from './runFolder.ts'

/** Everything that working on a run takes: the site, our own folders, who watches and who may stop it. */
export interface Workplace {
  runs: RunFolder
  /** Folder for exported state files. */
  states: string
  profile: Pick<Profile, 'id' | 'name'>
  context: RunContext
  pace: PaceControl
  storage: Storage
  /** Where Readur stores, as far as that can be found out. */
  readurState: (signal: AbortSignal) => Promise<ReadurState>
  /** Is told what came of trying Readur; absent: nobody keeps it. */
  noteReadur?: (state: ReadurState) => void
  /** What the checks before a plan and a run look at; absent: there are none. */
  doctor?: DoctorSite
  /** A run was made, and has an id. */
  onCreated?: (runId: string) => void
  close: () => Promise<void>
}

interface WorkplaceRequest extends Omit<
  Workplace,
  'context' | 'pace' | 'storage' | 'readurState' | 'noteReadur' | 'doctor' | 'close' | 'onCreated'
> {
  settings: SiteSettings
  /** What is known of the Readurs of all connections. */
  readurs: ReadurStateStore
  ssh: SshAccess
  progress: Progress
  stop: StopSignals
}

/** With what is reached beside a run's own site. */
export interface OpenedWorkplace extends Workplace {
  settings: SiteSettings
  ssh: SshAccess
  /** Programs of the computer that database and uploads lie on. */
  commands: Commands
  /** Readur itself; null where nobody said at which address. */
  readur: ReadurServer | null
}

/** Nothing is connected yet. Close it when the work is done. */
export async function openWorkplace(request: WorkplaceRequest): Promise<OpenedWorkplace> {
  const { settings, readurs, ssh, progress, stop, ...rest } = request
  const opened = await openSite(settings, ssh, { ...tellOfWaiting(progress), stop: stop.inOrder })
  const { site, pace, storage, commands, readur, close } = opened
  const context = { site, limit: pace.limit, progress, stop, clock: Date, readur: readur?.hasToken ? readur : null }
  const memory = readurs.of(rest.profile.id, bucketOf(settings))
  const readurState = readurStateAt(opened, settings, memory)
  const noteReadur = (state: ReadurState): void => void memory.keep(state)
  const doctor = doctorSiteOf(opened, settings, rest.runs.dir, readurState)
  const reached = { settings, ssh, commands, readur, pace, storage, context }
  return { ...rest, ...reached, readurState, noteReadur, doctor, close }
}

/** What a connection of the window is opened with. */
export interface PlaceDeps extends Pick<WorkplaceRequest, 'runs' | 'states' | 'readurs' | 'ssh'> {
  secretsOf: (profileId: string) => SecretOf
}

/** The place that a connection leads to; like `openWorkplace`. Throws SETTING_*. */
export async function openPlace(
  { runs, states, readurs, ssh, secretsOf }: PlaceDeps,
  profile: Profile,
  how: Pick<WorkplaceRequest, 'progress' | 'stop'>,
): Promise<OpenedWorkplace> {
  const settings = await settingsOf(profile, secretsOf(profile.id))
  return openWorkplace({ runs, states, readurs, ssh, profile, settings, ...how })
}

/** Many calls wait for the same server: said once, and again when it takes long. */
const sayAgainMs = 60_000

function tellOfWaiting(progress: Progress): Required<Pick<Watching, 'onWaiting' | 'onSilent'>> {
  const saidAt = new Map<string, number>()
  const say = (about: string, text: string): void => {
    if (Date.now() - (saidAt.get(about) ?? -Infinity) < sayAgainMs) return
    saidAt.set(about, Date.now())
    progress.log('warning', text)
  }
  return {
    onWaiting: ({ code, message }) => say(code, `${errorCatalogue[code].title}; waiting until it is back: ${message}`),
    onSilent: (service) =>
      say(service, `No answer from ${service} for ${silentAfterMs / 1_000} seconds – still waiting.`),
  }
}

/** A new run of this place. */
export function createRun(
  { runs, profile, context: { site }, onCreated }: Workplace,
  facts: DatabaseFacts,
  about: Pick<RunHeader, 'kind' | 'parent' | 'planOptions'>,
): RunStore {
  const store = runs.create({
    ...about,
    appVersion,
    profileId: profile.id,
    profileName: profile.name,
    database: facts.label,
    databaseIdentity: facts.identity,
    uploads: site.uploads.label,
    store: site.objects.label,
    bucket: site.objects.bucket,
  })
  onCreated?.(store.header.id)
  return store
}

/** A new run of this place whose plan is made over an older one, as far as that has got. */
export function createOver(
  work: Workplace,
  facts: DatabaseFacts,
  parent: RunStore,
  about: Pick<RunHeader, 'kind' | 'planOptions'>,
): RunStore {
  const store = createRun(work, facts, { ...about, parent: parent.header.id })
  noteParent(store, parent)
  return store
}
