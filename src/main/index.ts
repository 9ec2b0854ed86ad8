import { app } from 'electron'
import { commandLineOf } from './cli/commandLine.ts'
import { processOutput } from './cli/output.ts'
import { runProgram } from './cli/program.ts'
import { errorText } from './cli/text.ts'
import { startDesktop } from './desktop.ts'
import { errorData } from './engine/errors.ts'

// The SDK would print its own notice about Node 20 into the progress.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

// One executable for both: with a command it is the command line, without one the window.
const args = commandLineOf(process.argv)
if (args) app.exit(await runProgram(args, process.env, processOutput))
// Not awaited: Electron is ready only after this module has been evaluated.
else startDesktop().catch(fail)

function fail(error: unknown): void {
  process.stderr.write(`${errorText(errorData(error))}\n`)
  app.exit(1)
}
