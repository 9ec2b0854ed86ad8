import { openSync, writeSync } from 'node:fs'
import { exitCode, exitCodeOf, exitCodeOfError } from '../../src/main/cli/exitCodes.ts'
import { openDataDir } from '../../src/main/dataDir.ts'
import { errorData } from '../../src/main/engine/errors.ts'
import { takeOver } from '../../src/main/engine/ownership/ownership.ts'
import { StopControl } from '../../src/main/engine/stop.ts'
import { readEnvFile } from '../../src/main/profiles/envFile.ts'
import { readSettings } from '../../src/main/profiles/settings.ts'
import type { RunStore } from '../../src/main/engine/journal/runStore.ts'
import {
  audit,
  carryOut as carryOutPlan,
  cutOver,
  migrate,
  planMigration,
  prepareAuditRepairs,
  prepareFreeing,
  prepareUndo,
  repair,
  resumeRun,
} from '../../src/main/runs/operations.ts'
import { latestUnfinished } from '../../src/main/runs/resuming.ts'
import { ProgressMeter } from '../../src/main/runs/progressMeter.ts'
import { ReadurStateStore } from '../../src/main/runs/readur/readurStateStore.ts'
import { openWorkplace, type Workplace } from '../../src/main/runs/workplace.ts'
import { defaultMigrateOptions, type RunReport } from '../../src/shared/run.ts'
import { jobSchema, type About, type Job, type Reached, type Said } from './job.ts'
import { watchedReadur, watchedSite, WatchedRuns } from './watched.ts'
import { noPrompts } from '../fakes/noPrompts.ts'

/** The product at work on one run, put together like the command line does it, in a process that can be told to die. */
const job = jobSchema.parse(JSON.parse(process.argv[2] ?? ''))
const parallelUploads = 4
const say = (said: Said): void => void process.stdout.write(`${JSON.stringify(said)}\n`)

const work = await openWork(job)
say({ said: 'begun' })
try {
  const { runId, status, failed, remaining, exit } = await carryOut(work, job)
  say({ said: 'ended', runId, status, failed, remaining, exit })
} catch (error) {
  const { code, message, causes } = errorData(error)
  say({ said: 'refused', code, message: [message, ...causes].join(' '), exit: exitCodeOfError(error) })
} finally {
  await work.close()
}

async function openWork({ envFile, home, log, kill }: Job): Promise<Workplace> {
  const file = openSync(log, 'a')
  let times = 0
  const stop = new StopControl()
  const reached = (at: string, ...about: About[]): void => {
    const line: Reached = { at, about }
    writeSync(file, `${JSON.stringify(line)}\n`)
    if (at !== kill?.at) return
    times += 1
    if (times !== kill.nth) return
    if (kill.how === 'stops') stop.request('now')
    if (kill.how === 'dies') process.kill(process.pid, 'SIGKILL')
    if (kill.how !== 'sleeps') return
    writeSync(1, `${JSON.stringify({ said: 'asleep' } satisfies Said)}\n`)
    process.kill(process.pid, 'SIGSTOP')
  }
  const dataDir = openDataDir({ READUR_MIGRATE_HOME: home })
  const opened = await openWorkplace({
    ssh: { hostKeys: '', accept: [], prompts: noPrompts },
    runs: new WatchedRuns(dataDir.runs, reached),
    states: dataDir.states,
    readurs: new ReadurStateStore(dataDir.root),
    profile: { id: 'environment', name: envFile },
    settings: readSettings(await readEnvFile(envFile)),
    progress: new ProgressMeter(),
    stop,
  })
  const { context } = opened
  opened.pace.limit.most = parallelUploads
  const readur = context.readur && watchedReadur(context.readur, reached)
  return { ...opened, context: { ...context, site: watchedSite(context.site, reached), readur } }
}

/** What the worker has to say when it ends, with the code that the command line would end with. */
type Ending = Omit<Extract<Said, { said: 'ended' }>, 'said'>

function endingOf(report: RunReport): Ending {
  const { runId, status, failed, remaining } = report
  return { runId, status, failed, remaining, exit: exitCodeOf(report) }
}

async function carryOut(work: Workplace, { command, multipartThreshold, batchSize }: Job): Promise<Ending> {
  const change = { parallelUploads, multipartThreshold, batchSize }
  switch (command.do) {
    case 'migrate': {
      const { copyOnly, enableRollback, delta, limit } = command
      const store = await planMigration(work, { ...(delta && { delta }), limit })
      // Whoever has said where Readur is has it tried.
      const canary = work.context.readur !== null
      const options = { ...defaultMigrateOptions, ...change, copyOnly, enableRollback, canary }
      return endingOf(await migrate(work, store, options).finally(() => store.close()))
    }
    case 'resume':
      // Without a name, as most people do.
      return endingOf(await resumeRun(work, (await latestUnfinished(work)).runId, { change }))
    case 'take over':
      return takeBucketOver(work)
    case 'cutover':
      return endingOf(await cutOver(work, command.runId, { change }))
    case 'rollback':
      return execute(work, prepareUndo(work, command.runId, {}, { keepObjects: false, force: false }))
    case 'free':
      return execute(work, prepareFreeing(work, command.runId, { kind: 'quarantine', anyway: true }))
    case 'delete aside':
      return execute(work, prepareFreeing(work, command.runId, { kind: 'purge', anyway: true }))
    case 'repair':
      return execute(
        work,
        prepareAuditRepairs(work, command.runId, {
          fixPaths: true,
          quarantineFiles: true,
          removeObjects: true,
          unmarkedObjects: true,
          removeRows: true,
        }),
      )
    case 're-upload': {
      const { report, isWhole } = await repair(work, command.runId, { reUpload: true, markGone: false })
      return { ...report, exit: isWhole ? exitCode.done : exitCode.doneWithFailures }
    }
    case 'audit': {
      const { runId, status } = await audit(work, { level: 'checksum', settleMs: 0 })
      return { runId, status, failed: 0, remaining: 0, exit: exitCode.done }
    }
  }
}

async function takeBucketOver({ context: { site, stop } }: Workplace): Promise<Ending> {
  const { instance } = await site.database.facts(stop.now)
  const lock = await site.database.lock(stop.now)
  try {
    const standing = await takeOver({ objects: site.objects, lock, instance, signal: stop.now })
    return { runId: null, status: standing.kind, failed: 0, remaining: 0, exit: exitCode.done }
  } finally {
    await lock.release(true)
  }
}

async function execute(work: Workplace, preparing: Promise<RunStore>): Promise<Ending> {
  const store = await preparing
  return endingOf(await carryOutPlan(work, store).finally(() => store.close()))
}
