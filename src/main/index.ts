import { app, dialog } from 'electron'
import { forgetSecrets } from './adapters/environment.ts'
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
if (args) {
  const code = await runProgram(args, process.env, processOutput)
  // A pipe may still hold what was written; app.exit would not wait for it.
  await new Promise((written) => process.stdout.write('', written))
  app.exit(code)
}
// Not awaited: Electron is ready only after this module has been evaluated.
else {
  forgetSecrets()
  startDesktop().catch(fail)
}

/** A window that cannot open must say so: nobody sees the terminal of an icon. */
function fail(cause: unknown): void {
  const error = errorData(cause)
  process.stderr.write(`${errorText(error)}\n`)
  dialog.showErrorBox(error.title, `${error.message}\n\n${error.remedy}`)
  app.exit(1)
}
