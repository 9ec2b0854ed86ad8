import { openSync, writeSync } from 'node:fs'
import { openDataDir } from '../../src/main/dataDir.ts'
import { errorData } from '../../src/main/engine/errors.ts'
import { StopControl } from '../../src/main/engine/stop.ts'
import { readEnvFile } from '../../src/main/profiles/envFile.ts'
import { readSettings } from '../../src/main/profiles/settings.ts'
import {
  cutOver,
  migrate,
  planMigration,
  prepareFreeing,
  prepareUndo,
  resumeRun,
} from '../../src/main/runs/operations.ts'
import { ProgressMeter } from '../../src/main/runs/progressMeter.ts'
import { noPrompts } from '../../src/main/site.ts'
import { openWorkplace, type Workplace } from '../../src/main/runs/workplace.ts'
import { defaultMigrateOptions, type RunReport } from '../../src/shared/run.ts'
import { jobSchema, type About, type Job, type Reached, type Said } from './job.ts'
import { watchedSite, WatchedRuns } from './watched.ts'

/** The product at work on one run, put together like the command line does it, in a process that can be told to die. */
const job = jobSchema.parse(JSON.parse(process.argv[2] ?? ''))
const parallelUploads = 4
const say = (said: Said): void => void process.stdout.write(`${JSON.stringify(said)}\n`)

const work = await openWork(job)
say({ said: 'begun' })
try {
  const { status, failed, remaining } = await carryOut(work, job)
  say({ said: 'ended', status, failed, remaining })
} catch (error) {
  const { code, message, causes } = errorData(error)
  say({ said: 'refused', code, message: [message, ...causes].join(' ') })
} finally {
  await work.close()
}

async function openWork({ envFile, home, log, kill }: Job): Promise<Workplace> {
  const file = openSync(log, 'a')
  let times = 0
  const reached = (at: string, ...about: About[]): void => {
    const line: Reached = { at, about }
    writeSync(file, `${JSON.stringify(line)}\n`)
    if (at !== kill?.at) return
    times += 1
    if (times === kill.nth) process.kill(process.pid, 'SIGKILL')
  }
  const dataDir = openDataDir({ READUR_MIGRATE_HOME: home })
  const opened = await openWorkplace({
    ssh: { hostKeys: '', accept: [], prompts: noPrompts },
    runs: new WatchedRuns(dataDir.runs, reached),
    states: dataDir.states,
    profile: { id: 'environment', name: envFile },
    settings: readSettings(await readEnvFile(envFile)),
    parallel: parallelUploads,
    progress: new ProgressMeter(),
    stop: new StopControl(),
  })
  return { ...opened, context: { ...opened.context, site: watchedSite(opened.context.site, reached) } }
}

async function carryOut(work: Workplace, { command, multipartThreshold, batchSize }: Job): Promise<RunReport> {
  const change = { parallelUploads, multipartThreshold, batchSize }
  switch (command.do) {
    case 'migrate': {
      const { store } = await planMigration(work, {}, parallelUploads)
      const { copyOnly, enableRollback } = command
      const options = { ...defaultMigrateOptions, ...change, copyOnly, enableRollback }
      return migrate(work, store, options).finally(() => store.close())
    }
    case 'resume':
      return resumeRun(work, command.runId, change)
    case 'cutover':
      return cutOver(work, command.runId, change)
    case 'rollback': {
      const { store, execute } = await prepareUndo(work, command.runId, {}, { keepObjects: false, force: false })
      return execute().finally(() => store.close())
    }
    case 'free': {
      const { store, execute } = await prepareFreeing(work, command.runId, 'quarantine')
      return execute().finally(() => store.close())
    }
  }
}
