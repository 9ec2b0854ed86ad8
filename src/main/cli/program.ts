import { Command, CommanderError } from 'commander'
import { defaultMigrateOptions, type RunReport } from '../../shared/run.ts'
import { openDataDir } from '../dataDir.ts'
import { errorData } from '../engine/errors.ts'
import { describeRun } from '../engine/journal/summary.ts'
import { reportOf } from '../engine/migrate.ts'
import { exportStateFile } from '../engine/journal/stateFile.ts'
import type { Variables } from '../profiles/settings.ts'
import { isAlive, RunFolder } from '../runs/runFolder.ts'
import { appVersion } from '../version.ts'
import { exitCode, exitCodeOf, exitCodeOfError } from './exitCodes.ts'
import {
  addMigrateOptions,
  addPlanOptions,
  addSiteOptions,
  migrateOptionsOf,
  planOptionsOf,
  siteOptionsOf,
} from './options.ts'
import type { Output } from './output.ts'
import { runMigrate } from './session.ts'
import { errorText, planText, reportText, summaryLine } from './text.ts'

const listedRuns = 50

/** The command line. Runs one command and returns the exit code; never ends the process itself. */
export async function runProgram(args: readonly string[], variables: Variables, output: Output): Promise<number> {
  let code: number = exitCode.done
  const finish = (value: number): void => {
    code = value
  }
  const program = new Command('readur-migrate')
    .description('Moves the documents of a Readur to S3, verified and recorded.')
    .version(appVersion)
    .configureOutput({ writeOut: (text) => output.out(text.trimEnd()), writeErr: (text) => output.err(text) })
    .exitOverride()

  const plan = program.command('plan').description('show what a migration would do; changes nothing')
  addPlanOptions(addSiteOptions(plan)).action(async () => finish(await migrateAction(plan, true, variables, output)))

  const migrate = program.command('migrate').description('plan, copy, verify, and point the rows at S3')
  addMigrateOptions(addPlanOptions(addSiteOptions(migrate)))
    .option('--dry-run', 'only show the plan', false)
    .action(async () => finish(await migrateAction(migrate, migrate.opts().dryRun === true, variables, output)))

  addRunsCommands(program, variables, output)

  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage
    output.err(`${errorText(errorData(error))}\n`)
    return exitCodeOfError(error)
  }
}

async function migrateAction(command: Command, dryRun: boolean, variables: Variables, output: Output): Promise<number> {
  const site = siteOptionsOf(command)
  try {
    const { report, bytesToMove } = await runMigrate(
      {
        site,
        plan: planOptionsOf(command),
        migrate: command.name() === 'plan' ? defaultMigrateOptions : migrateOptionsOf(command),
        dryRun,
      },
      variables,
      output,
    )
    output.out(site.json ? JSON.stringify(report) : dryRun ? planText(report, bytesToMove) : reportText(report))
    return exitCodeOf(report.status)
  } catch (error) {
    // Exactly one JSON object, whatever happens.
    if (site.json) output.out(JSON.stringify(notStarted(error)))
    throw error
  }
}

function notStarted(error: unknown): Omit<RunReport, 'runId'> & { runId: null } {
  const { code, title, remedy, subject, message } = errorData(error)
  return {
    runId: null,
    status: 'not started',
    stateFile: null,
    documents: 0,
    planned: 0,
    committed: 0,
    failed: 0,
    skipped: 0,
    restored: 0,
    remaining: 0,
    bytes: 0,
    seconds: 0,
    estimate: null,
    problems: [
      {
        code,
        title,
        remedy,
        kind: 'run',
        count: 1,
        examples: [{ documentId: '', filename: '', path: subject ?? '', message }],
      },
    ],
  }
}

function addRunsCommands(program: Command, variables: Variables, output: Output): void {
  const folder = (): RunFolder => new RunFolder(openDataDir(variables).runs)
  const runs = program.command('runs').description('runs of the past on this computer')

  const list = runs.command('list').description('the latest runs, newest first').option('--json', 'as JSON', false)
  list.action(() => {
    const found = folder().list(0, listedRuns)
    if (list.opts().json === true) output.out(JSON.stringify(found))
    else output.out(found.length > 0 ? found.map(summaryLine).join('\n') : 'There are no runs yet.')
  })

  const show = runs.command('show <run>').description('what one run did').option('--json', 'as JSON', false)
  show.action((id: string) => {
    folder().with(id, (store) => {
      const { status, ...details } = describeRun(store, isAlive)
      const report = { ...reportOf(store), status }
      output.out(show.opts().json === true ? JSON.stringify({ ...details, ...report }) : reportText(report))
    })
  })

  runs
    .command('export <run>')
    .description("write the run as a state file in the reference tool's shape; prints its path")
    .action(async (id: string) => {
      const store = folder().open(id, 'write')
      try {
        output.out(await exportStateFile(store, openDataDir(variables).states))
      } finally {
        store.close()
      }
    })
}
