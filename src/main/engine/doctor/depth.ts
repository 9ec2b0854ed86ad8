import {
  checkupDepths,
  type CheckupDepth,
  type CheckupOptions,
  type DiagnosticArea,
  type DiagnosticCode,
} from '../../../shared/diagnostic.ts'

/** The diagnostics of each area but the server's, in their order, with the least depth that they are part of. */
const plans: Record<Exclude<DiagnosticArea, 'server'>, [DiagnosticCode, CheckupDepth][]> = {
  computer: [
    ['computer.dataFolder', 'run'],
    ['computer.temporary', 'run'],
    ['computer.secrets', 'run'],
  ],
  database: [
    ['database.connect', 'connection'],
    ['database.tables', 'connection'],
    ['database.privileges', 'connection'],
    ['database.clock', 'run'],
    ['database.connections', 'run'],
    ['database.locks', 'run'],
    ['database.transactions', 'run'],
    ['database.timeout', 'run'],
    ['database.sources', 'run'],
    ['database.ocrQueue', 'run'],
    ['database.runLock', 'run'],
    ['database.paths', 'full'],
    ['database.localOnly', 'run'],
  ],
  uploads: [
    ['uploads.folder', 'connection'],
    ['uploads.account', 'run'],
    ['uploads.space', 'run'],
    ['uploads.readable', 'full'],
    ['uploads.links', 'full'],
    ['uploads.mapping', 'connection'],
  ],
  bucket: [
    ['bucket.name', 'connection'],
    ['bucket.tls', 'connection'],
    ['bucket.clock', 'connection'],
    ['bucket.addressing', 'connection'],
    ['bucket.access', 'connection'],
    ['bucket.exists', 'connection'],
    ['bucket.region', 'connection'],
    ['bucket.list', 'connection'],
    ['bucket.bodies', 'run'],
    ['bucket.keeping', 'run'],
    ['bucket.owner', 'run'],
    ['bucket.put', 'run'],
    ['bucket.head', 'run'],
    ['bucket.get', 'run'],
    ['bucket.multipart', 'run'],
    ['bucket.delete', 'run'],
    ['bucket.readurUploads', 'run'],
    ['bucket.overwrite', 'full'],
    ['bucket.integrity', 'full'],
    ['bucket.uploads', 'full'],
    ['bucket.speed', 'full'],
  ],
  readur: [
    ['readur.settings', 'connection'],
    ['readur.reach', 'run'],
    ['readur.storage', 'run'],
    ['readur.uploads', 'run'],
    ['readur.version', 'run'],
    ['readur.documents', 'full'],
  ],
}

/** What a checkup of this depth does in an area. */
export function plannedIn(area: Exclude<DiagnosticArea, 'server'>, { depth, areas }: CheckupOptions): DiagnosticCode[] {
  if (areas !== undefined && !areas.includes(area)) return []
  const reaches = (least: CheckupDepth): boolean => checkupDepths.indexOf(least) <= checkupDepths.indexOf(depth)
  return plans[area].flatMap(([code, least]) => (reaches(least) ? [code] : []))
}

/** Whether anything lies behind the server that a checkup wants to see. */
export const goesToServer = ({ areas }: CheckupOptions): boolean =>
  areas === undefined || areas.some((area) => area === 'server' || area === 'database' || area === 'uploads')
