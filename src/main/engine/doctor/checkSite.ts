import {
  checkupDepths,
  diagnosticCatalogue,
  diagnosticCodes,
  type CheckupOptions,
  type DiagnosticArea,
  type DiagnosticCode,
} from '../../../shared/diagnostic.ts'
import type { ReadurState } from '../../../shared/readurState.ts'
import type { Clock, ReadurServer } from '../ports.ts'
import type { Site } from '../session.ts'
import { checkBucket } from './bucket/checkBucket.ts'
import { checkComputer, type OurFolders } from './checkComputer.ts'
import { checkDatabase } from './checkDatabase.ts'
import { checkOwner } from './checkOwner.ts'
import { checkReadur } from './checkReadur.ts'
import { checkReadurSettings, type ReadurAbout } from './checkReadurSettings.ts'
import type { Checkup, PlannedDiagnostic } from './checkup.ts'
import { checkUploads } from './checkUploads.ts'
import type { BucketDeps, FolderSetting } from './ports.ts'
import type { BucketProbe, DatabaseCondition, FolderProbe } from './ports.ts'

/** What the checks look at beside what a run works with. */
export interface SiteProbes {
  bucket: BucketProbe
  condition: DatabaseCondition
  folder: FolderProbe
}

/** All that the checks look at. */
export interface DoctorSite extends Pick<BucketDeps, 'isOurs' | 'multipartThreshold'> {
  site: Pick<Site, 'database' | 'uploads' | 'objects' | 'prefixes'>
  probes: SiteProbes
  /** Null where nobody said at which address. */
  readur: ReadurServer | null
  /** What the database is called: with the server that it lies on. */
  databaseName: string
  /** Milliseconds that a statement may take. */
  timeoutMs: number
  /** Where Readur stores, as far as that can be found out. */
  readurState: (signal: AbortSignal) => Promise<ReadurState>
  /** What its settings and its image say of Readur. */
  about: ReadurAbout
  /** How the uploads folder was set. */
  folder: FolderSetting
  ours: OurFolders
  clock: Clock
}

/** What a checkup of this depth does in an area. */
export function plannedIn(area: Exclude<DiagnosticArea, 'server'>, { depth, areas }: CheckupOptions): DiagnosticCode[] {
  if (areas !== undefined && !areas.includes(area)) return []
  const reach = checkupDepths.indexOf(depth)
  return diagnosticCodes.filter(
    (code) => code.startsWith(`${area}.`) && checkupDepths.indexOf(diagnosticCatalogue[code].depth) <= reach,
  )
}

/** What a checkup will do beside the way to the server, before anything is reached. */
export function plannedSite(
  { site, probes, readur, databaseName, about }: DoctorSite,
  options: CheckupOptions,
): PlannedDiagnostic[] {
  const subjects: [Exclude<DiagnosticArea, 'server'>, string][] = [
    ['computer', 'This computer'],
    ['database', databaseName],
    ['uploads', site.uploads.label],
    ['bucket', probes.bucket.label],
    ['readur', readur?.label ?? 'Readur'],
  ]
  const planned = subjects.flatMap(([area, subject]) => plannedIn(area, options).map((code) => ({ code, subject })))
  // Without an address, where it stores is all that can be found out, and what its settings say.
  const known = [
    'readur.storage',
    'readur.uploads',
    ...(about.remarks.length > 0 ? ['readur.settings'] : []),
    ...(about.version === null ? [] : ['readur.version']),
    ...(readur === null ? [] : ['readur.reach', 'readur.documents']),
  ]
  return planned.filter(({ code }) => !code.startsWith('readur.') || known.includes(code))
}

/**
 * Does what was planned; changes nothing but throw-away objects of its own. What lies on the server is looked at once
 * `reach` has succeeded, everything else meanwhile.
 */
export async function checkSite(doctor: DoctorSite, checkup: Checkup, reach: () => Promise<boolean>): Promise<void> {
  const { site, probes, readur, isOurs, multipartThreshold, clock } = doctor
  const { database, uploads, prefixes } = site
  const { condition, bucket, folder } = probes
  let tellConnected: (isThere: boolean) => void = () => undefined
  const connected = new Promise<boolean>((resolve) => (tellConnected = resolve))
  const databaseIsThere = (): Promise<boolean> => connected

  const onServer = async (): Promise<void> => {
    if (!(await reach())) {
      tellConnected(false)
      checkup.skip('database', 'uploads')
      return
    }
    const { databaseName: subject, timeoutMs } = doctor
    await Promise.all([
      checkDatabase(
        checkup,
        { database, condition, subject, timeoutMs, bucket: bucket.bucket, prefixes },
        tellConnected,
      ),
      checkUploads(checkup, { uploads, probe: folder, database, prefixes, setting: doctor.folder }, databaseIsThere),
    ])
  }
  const atReadur = async (): Promise<void> => {
    const { readurState, about } = doctor
    await checkReadurSettings(checkup, about)
    await checkReadur(checkup, { readur, database, readurState, about }, databaseIsThere)
  }
  await Promise.all([
    checkComputer(checkup, doctor.ours),
    onServer(),
    checkBucket(checkup, { probe: bucket, clock, isOurs, multipartThreshold }),
    atReadur(),
  ])
  if (await databaseIsThere()) await checkOwner(checkup, site)
  else checkup.skip('bucket.owner')
}
