import { Command, CommanderError, type Option } from 'commander'
import { errorData, MigrateError } from '../engine/errors.ts'
import type { Variables } from '../profiles/settings.ts'
import { appVersion } from '../version.ts'
import { addAuditCommands } from './auditCommands.ts'
import { addConnectionsCommands } from './connectionsCommands.ts'
import { addDoctorCommands } from './doctorCommands.ts'
import { addBackupCommands } from './backupCommands.ts'
import { exitCode, exitCodeOfError } from './exitCodes.ts'
import { translateGuideFlags } from './guideFlags.ts'
import { addMigrateCommands } from './migrateCommands.ts'
import type { Output } from './output.ts'
import { notStarted, type CommandContext } from './report.ts'
import { addRunsCommands } from './runsCommands.ts'
import { errorText } from './text.ts'
import { addSupportCommands } from './supportCommands.ts'
import { addUndoCommands } from './undoCommands.ts'
import { addValidateCommand } from './validateCommand.ts'

/** The command line. Runs one command and returns the exit code; never ends the process itself. */
export async function runProgram(args: readonly string[], variables: Variables, output: Output): Promise<number> {
  let code: number = exitCode.done
  const context: CommandContext = {
    args,
    variables,
    output,
    finish: (value) => {
      code = value
    },
  }
  try {
    await createProgram(context).parseAsync(translateGuideFlags(args), { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCode.done
      const { message } = error
      if (args.includes('--json')) {
        output.printJson(notStarted(new MigrateError('SETTING_INVALID', { message, scope: 'run' })))
      }
      return exitCode.usage
    }
    output.note(errorText(errorData(error)))
    return exitCodeOfError(error)
  }
}

/** All commands and options, as they are also listed in the manual page and the completions of shells. */
export function createProgram(context: CommandContext): Command {
  const { variables, output } = context
  const program = new Command('readur-migrate')
    .description('Move Readur documents from the uploads folder to S3 and back, without losing any.')
    .version(appVersion)
    .configureOutput({
      writeOut: (text) => output.print(linesOf(text)),
      writeErr: (text) => output.note(linesOf(text)),
    })
    .configureHelp({ optionDescription: describeOption })
    .showHelpAfterError('Run with --help to see all commands and options.')
    .exitOverride()

  addMigrateCommands(program, context)
  addUndoCommands(program, context)
  addAuditCommands(program, context)
  addDoctorCommands(program, context)
  addSupportCommands(program, context)
  addBackupCommands(program, context)
  addValidateCommand(program, context)
  addRunsCommands(program, variables, output)
  addConnectionsCommands(program, variables, output)
  return program
}

/** Commander's help and error messages: our own texts, and what was typed. */
const linesOf = (text: string): string[] => text.trimEnd().split('\n')

/** Only defaults that say something are shown: none of `false`, `[]` and `null`. */
function describeOption({ description, defaultValue, defaultValueDescription }: Option): string {
  const value: unknown = defaultValue
  const shown = defaultValueDescription ?? (typeof value === 'string' || typeof value === 'number' ? value : null)
  return shown === null ? description : `${description} (default: ${shown})`
}
