import type { CheckupOptions, CheckupOutcome, Diagnostic } from '../../shared/diagnostic.ts'
import { Checkup } from '../engine/doctor/checkup.ts'
import { checkSite, plannedSite, type DoctorSite } from '../engine/doctor/checkSite.ts'
import { goesToServer } from '../engine/doctor/depth.ts'
import type { DoctorAction } from '../engine/doctor/verdict.ts'
import type { SiteSettings } from '../profiles/settings.ts'
import { openSite, type OpenSite, type SshAccess, type WayToServer } from '../site.ts'
import { plannedWay, WatchedWay } from './watchedWay.ts'

/** Opens what is looked at. Another one for tests. */
export type OpenForDoctor = (
  settings: SiteSettings,
  parallel: number,
  ssh: SshAccess,
) => Promise<Pick<OpenSite, 'site' | 'way' | 'close'>>

export interface CheckupRequest {
  settings: SiteSettings
  ssh: SshAccess
  options: CheckupOptions
  onChange: (diagnostics: Diagnostic[]) => void
  signal: AbortSignal
  limitMs?: number
  open?: OpenForDoctor
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
export async function checkUp(request: CheckupRequest): Promise<CheckupResult> {
  const { settings, options, signal, onChange, limitMs, open = openSite } = request
  const watched = new WatchedWay(request.ssh)
  const opened = await open(settings, 1, watched.access)
  const way = goesToServer(options) ? opened.way : null
  const doctorSite: DoctorSite = { site: opened.site, databaseName: nameOf(settings, way) }
  const planned = [...plannedWay(way), ...plannedSite(doctorSite, options)]
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

/** The database with the server that its address holds on. */
function nameOf({ database }: SiteSettings, way: WayToServer | null): string {
  const server = way?.hops.at(-1)?.name
  return `${database.label}${server === undefined ? '' : ` on ${server}`}`
}
