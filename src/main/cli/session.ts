import { resolve } from 'node:path'
import { openDataDir } from '../dataDir.ts'
import { StopControl } from '../engine/stop.ts'
import { readEnvFile } from '../profiles/envFile.ts'
import { overlay, readSettings, type Variables } from '../profiles/settings.ts'
import { ProgressMeter } from '../runs/progressMeter.ts'
import { RunFolder } from '../runs/runFolder.ts'
import { openWorkplace, type Workplace } from '../runs/workplace.ts'
import type { SiteOptions } from './options.ts'
import { showProgress, stopOnSignals, type Output } from './output.ts'

/** What a command works with. */
export interface Session {
  work: Workplace
  /** Stops drawing progress, so that a question can be asked; the returned function goes on. */
  pause: () => () => void
}

/** Our own folders; nothing of the site is needed to browse them. */
export function openRuns(variables: Variables): { runs: RunFolder; states: string } {
  const dataDir = openDataDir(variables)
  return { runs: new RunFolder(dataDir.runs), states: dataDir.states }
}

/** Opens the site, shows progress, listens to Ctrl-C, and ends all of that when `use` has ended. */
export async function withSession<T>(
  site: SiteOptions,
  parallel: number,
  variables: Variables,
  output: Output,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const file = site.envFile === undefined ? {} : await readEnvFile(site.envFile)
  const settings = readSettings(overlay(variables, file), site)
  const progress = new ProgressMeter()
  const stop = new StopControl()
  const profile = { id: 'environment', name: site.envFile === undefined ? 'environment' : resolve(site.envFile) }
  const work = openWorkplace({ ...openRuns(variables), profile, settings, parallel, progress, stop })
  const endSignals = stopOnSignals(stop, output)
  let endProgress = showProgress(progress, stop, output)
  try {
    return await use({
      work,
      pause: () => {
        endProgress()
        return () => {
          endProgress = showProgress(progress, stop, output)
        }
      },
    })
  } finally {
    endProgress()
    endSignals()
    await work.close()
  }
}
