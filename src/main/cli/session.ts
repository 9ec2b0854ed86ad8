import { resolve } from 'node:path'
import { openDataDir } from '../dataDir.ts'
import { executeRun, planRun, reportOf, type RunContext } from '../engine/migrate.ts'
import { StopControl } from '../engine/stop.ts'
import { readEnvFile } from '../profiles/envFile.ts'
import { overlay, readSettings, type Variables } from '../profiles/settings.ts'
import { ProgressMeter } from '../runs/progressMeter.ts'
import { RunFolder } from '../runs/runFolder.ts'
import { openSite } from '../site.ts'
import { appVersion } from '../version.ts'
import type { MigrateOptions, PlanOptions, RunReport } from '../../shared/run.ts'
import type { SiteOptions } from './options.ts'
import { showProgress, stopOnSignals, type Output } from './output.ts'

export interface MigrateRequest {
  site: SiteOptions
  plan: PlanOptions
  migrate: MigrateOptions
  dryRun: boolean
}

export interface MigrateResult {
  report: RunReport
  /** Bytes of the files that the plan would move. */
  bytesToMove: number
}

/** Plans, and migrates unless it is a dry run. Throws when nothing could be started. */
export async function runMigrate(
  request: MigrateRequest,
  variables: Variables,
  output: Output,
): Promise<MigrateResult> {
  const file = request.site.envFile === undefined ? {} : await readEnvFile(request.site.envFile)
  const settings = readSettings(overlay(variables, file), request.site)
  const dataDir = openDataDir(variables)
  const runs = new RunFolder(dataDir.runs)
  const meter = new ProgressMeter()
  const stop = new StopControl()
  const { site, limit, close } = openSite(settings, request.migrate.parallelUploads)
  const endSignals = stopOnSignals(stop, output)
  const endProgress = showProgress(meter, stop, output)
  const context: RunContext = { site, limit, progress: meter, stop, clock: Date }
  try {
    const { store, totals } = await planRun(
      context,
      (facts) =>
        runs.create({
          appVersion,
          profileId: 'environment',
          profileName: request.site.envFile === undefined ? 'environment' : resolve(request.site.envFile),
          database: facts.label,
          databaseIdentity: facts.identity,
          uploads: site.uploads.label,
          store: site.objects.label,
          bucket: site.objects.bucket,
          planOptions: request.plan,
        }),
      request.plan,
      (facts) => runs.lastRates(facts.identity),
      request.migrate.parallelUploads,
    )
    try {
      const report = request.dryRun
        ? reportOf(store)
        : await executeRun(context, store, request.migrate, dataDir.states)
      return { report, bytesToMove: totals.bytes }
    } finally {
      store.close()
    }
  } finally {
    endProgress()
    endSignals()
    close()
  }
}
