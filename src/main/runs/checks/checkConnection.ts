import { tmpdir } from 'node:os'
import type { CheckupOptions, CheckupOutcome, Diagnostic, DiagnosticCode } from '../../../shared/diagnostic.ts'
import { checkBucket } from '../../engine/doctor/bucket/checkBucket.ts'
import { Checkup } from '../../engine/doctor/checkup.ts'
import { checkSite, plannedIn, plannedSite, type DoctorSite } from '../../engine/doctor/checkSite.ts'
import type { PendingUpload } from '../../engine/doctor/ports.ts'
import type { DoctorAction } from '../../engine/doctor/checkResult.ts'
import type { Clock } from '../../engine/ports.ts'
import type { SiteSettings } from '../../profiles/settings.ts'
import { openBucketProbe, openSite, type OpenSite, type SshAccess, type WayToServer } from '../../site.ts'
import { lookAtReadur } from '../readur/lookAtReadur.ts'
import { noMemory, type ReadurMemory } from '../readur/readurStateStore.ts'
import { plannedWay, WatchedWay } from './loginChecks.ts'

type OpenForDoctor = Pick<OpenSite, 'site' | 'probes' | 'readur' | 'commands' | 'way' | 'close'>

export interface CheckupRequest {
  settings: SiteSettings
  ssh: SshAccess
  options: CheckupOptions
  /** Our own data folder. */
  dataFolder: string
  onChange: (diagnostics: Diagnostic[]) => void
  signal: AbortSignal
  /** Whether one of our runs has begun this upload. */
  isOurs?: (upload: PendingUpload) => boolean
  /** What is known of this Readur, and is told what is found. */
  memory?: ReadurMemory | undefined
  /** Codes that are left out. */
  without?: readonly DiagnosticCode[]
  limitMs?: number
  /** What counts as now; for tests. */
  clock?: Clock
  /** Another one for tests. */
  open?: (settings: SiteSettings, ssh: SshAccess) => Promise<OpenForDoctor>
}

export interface CheckupResult {
  outcome: Exclude<CheckupOutcome, 'running'>
  diagnostics: Diagnostic[]
  /** What stands behind an action that a remedy offers. */
  action: (id: string) => DoctorAction | null
}

/**
 * Goes through the checks of one Readur. What depends on one that failed is skipped. Throws SSH_CONFIG_INVALID and
 * SSH_PROXY_COMMAND.
 */
export async function checkConnection(request: CheckupRequest): Promise<CheckupResult> {
  const { settings, options, signal, onChange, without = [], limitMs, open = openSite, memory = noMemory } = request
  const watched = new WatchedWay(request.ssh)
  const opened = await open(settings, watched.access)
  const way = goesToServer(options) ? opened.way : null
  const doctorSite = doctorSiteOf(
    opened,
    settings,
    request.dataFolder,
    readurStateAt(opened, settings, memory),
    request.isOurs,
  )
  const planned = [...plannedWay(way), ...plannedSite(doctorSite, options)].filter(
    ({ code }) => !without.includes(code),
  )
  const checkup = new Checkup(planned, { onChange, signal, limitMs })
  try {
    await checkSite(doctorSite, checkup, () => (way ? watched.test(way, checkup) : Promise.resolve(true)))
    return {
      outcome: signal.aborted ? 'cancelled' : checkup.outcome,
      diagnostics: checkup.all,
      action: (id) => checkup.action(id),
    }
  } finally {
    // What does not answer is not waited for.
    void opened.close()
  }
}

/** Whether anything lies behind the server that a checkup wants to see. */
const goesToServer = ({ areas }: CheckupOptions): boolean =>
  areas === undefined || areas.some((area) => area === 'server' || area === 'database' || area === 'uploads')

/** The checks of the bucket alone: nothing else has to be known for them. */
export async function checkStorage(
  request: Omit<CheckupRequest, 'settings' | 'ssh' | 'open' | 'options' | 'dataFolder' | 'memory'> & {
    s3: SiteSettings['s3']
  },
): Promise<CheckupResult> {
  const { s3, signal, onChange, limitMs, without = [], isOurs = () => false, clock = Date } = request
  const { bucket, close } = openBucketProbe(s3)
  const planned = plannedIn('bucket', { depth: 'full' })
    // Whose it is, only the database can tell.
    .filter((code) => code !== 'bucket.owner' && !without.includes(code))
    .map((code) => ({ code, subject: bucket.label }))
  const checkup = new Checkup(planned, { onChange, signal, limitMs })
  try {
    await checkBucket(checkup, { probe: bucket, clock, isOurs })
    return {
      outcome: signal.aborted ? 'cancelled' : checkup.outcome,
      diagnostics: checkup.all,
      action: (id) => checkup.action(id),
    }
  } finally {
    close()
  }
}

/** Finds out where Readur stores, and keeps it. */
export const readurStateAt =
  (
    { site, commands, readur }: Pick<OpenSite, 'site' | 'commands' | 'readur'>,
    settings: SiteSettings,
    memory: ReadurMemory,
  ): DoctorSite['readurState'] =>
  async (signal) => {
    const place = { settings, commands, readur, database: site.database, objects: site.objects }
    const { state, version } = await lookAtReadur(place, memory.isConfirmed(), signal)
    if (readur && version !== null) readur.version = version
    return memory.keep(state).state
  }

/** What the checks look at, of a site that is open. */
export function doctorSiteOf(
  { site, probes, readur, way }: Omit<OpenForDoctor, 'close' | 'commands'>,
  settings: Pick<SiteSettings, 'database' | 'uploads' | 'readur' | 'secretFiles'>,
  dataFolder: string,
  readurState: DoctorSite['readurState'],
  isOurs: (upload: PendingUpload) => boolean = () => false,
): DoctorSite {
  return {
    site,
    probes,
    readur,
    databaseName: nameOf(settings, way),
    timeoutMs: settings.database.timeoutMs,
    readurState,
    about: settings.readur,
    folder: { isInContainer: settings.uploads.container !== null, maps: settings.uploads.maps },
    isOurs,
    ours: { data: dataFolder, temporary: tmpdir(), secrets: settings.secretFiles ?? [] },
    clock: Date,
  }
}

/** The database with the server that its address holds on. */
function nameOf({ database }: Pick<SiteSettings, 'database'>, way: WayToServer | null): string {
  const server = way?.hops.at(-1)?.name
  return `${database.label}${server === undefined ? '' : ` on ${server}`}`
}
