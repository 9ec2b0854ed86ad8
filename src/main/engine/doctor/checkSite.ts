import type { CheckupOptions, DiagnosticArea } from '../../../shared/diagnostic.ts'
import type { Site } from '../session.ts'
import { checkBucket } from './checkBucket.ts'
import { checkDatabase } from './checkDatabase.ts'
import type { Checkup, PlannedDiagnostic } from './checkup.ts'
import { checkUploads } from './checkUploads.ts'
import { plannedIn } from './depth.ts'

/** All that the checks look at. */
export interface DoctorSite {
  site: Site
  /** What the database is called: with the server that it lies on. */
  databaseName: string
}

/** What a checkup will do beside the way to the server, before anything is reached. */
export function plannedSite({ site, databaseName }: DoctorSite, options: CheckupOptions): PlannedDiagnostic[] {
  const subjects: [Exclude<DiagnosticArea, 'server'>, string][] = [
    ['database', databaseName],
    ['uploads', site.uploads.label],
    ['bucket', site.objects.label],
  ]
  return subjects.flatMap(([area, subject]) => plannedIn(area, options).map((code) => ({ code, subject })))
}

/**
 * Does what was planned; changes nothing but throw-away objects of its own. What lies on the server is looked at once
 * `reach` has succeeded, everything else meanwhile.
 */
export async function checkSite(
  { site, databaseName }: DoctorSite,
  checkup: Checkup,
  reach: () => Promise<boolean>,
): Promise<void> {
  const onServer = async (): Promise<void> => {
    if (!(await reach())) {
      checkup.skip('database', 'uploads')
      return
    }
    await Promise.all([
      checkDatabase(checkup, { database: site.database, subject: databaseName }),
      checkUploads(checkup, { uploads: site.uploads }),
    ])
  }
  await Promise.all([onServer(), checkBucket(checkup, { objects: site.objects })])
}
