import { Command, CommanderError } from 'commander'
import { errorData, MigrateError } from '../engine/errors.ts'
import type { Variables } from '../profiles/settings.ts'
import { appVersion } from '../version.ts'
import { addAuditCommands } from './auditCommands.ts'
import { addDoctorCommands } from './doctorCommands.ts'
import { addBackupCommands } from './backupCommands.ts'
import { exitCode, exitCodeOfError } from './exitCodes.ts'
import { translateGuideFlags } from './guideFlags.ts'
import { addMigrateCommands } from './migrateCommands.ts'
import type { Output } from './output.ts'
import { addProfilesCommands } from './profilesCommands.ts'
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
  const program = new Command('readur-migrate')
    .description('Moves the documents of a Readur to S3, verified and recorded, and back.')
    .version(appVersion)
    .configureOutput({
      writeOut: (text) => output.print(linesOf(text)),
      writeErr: (text) => output.note(linesOf(text)),
    })
    .showHelpAfterError('What there is: --help')
    .exitOverride()

  addMigrateCommands(program, context)
  addUndoCommands(program, context)
  addAuditCommands(program, context)
  addDoctorCommands(program, context)
  addSupportCommands(program, context)
  addBackupCommands(program, context)
  addValidateCommand(program, context)
  addRunsCommands(program, variables, output)
  addProfilesCommands(program, variables, output)

  try {
    await program.parseAsync(translateGuideFlags(args), { from: 'user' })
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

/** Help and complaints of commander's, which are ours and what was typed. */
const linesOf = (text: string): string[] => text.trimEnd().split('\n')
