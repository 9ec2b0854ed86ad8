import { Command, CommanderError } from 'commander'
import { defaultMigrateOptions, type RunReport } from '../../shared/run.ts'
import { errorData, MigrateError } from '../engine/errors.ts'
import { runProblem } from '../engine/journal/problems.ts'
import type { Variables } from '../profiles/settings.ts'
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
import { addProfilesCommands } from './profilesCommands.ts'
import { addRunsCommands } from './runsCommands.ts'
import { errorText, planText, reportText } from './text.ts'

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
  addProfilesCommands(program, variables, output)

  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCode.done
      const { message } = error
      if (args.includes('--json')) {
        output.out(JSON.stringify(notStarted(new MigrateError('SETTING_INVALID', { message, scope: 'run' }))))
      }
      return exitCode.usage
    }
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
    problems: [runProblem(errorData(error))],
  }
}
