import {
  checkupDepths,
  type CheckupDepth,
  type CheckupOptions,
  type DiagnosticArea,
  type DiagnosticCode,
} from '../../../shared/diagnostic.ts'

/** The diagnostics of each area but the server's, in their order, with the least depth that they are part of. */
const plans: Record<Exclude<DiagnosticArea, 'server'>, [DiagnosticCode, CheckupDepth][]> = {
  database: [
    ['database.connect', 'connection'],
    ['database.tables', 'connection'],
    ['database.privileges', 'connection'],
  ],
  uploads: [['uploads.folder', 'connection']],
  bucket: [
    ['bucket.access', 'connection'],
    ['bucket.list', 'connection'],
  ],
  readur: [],
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
