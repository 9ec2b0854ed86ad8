import { app, dialog } from 'electron'
import { forgetSecrets } from './adapters/environment.ts'
import { commandLineOf } from './cli/commandLine.ts'
import { exitCode } from './cli/exitCodes.ts'
import { processOutput, written } from './cli/output.ts'
import { runProgram } from './cli/program.ts'
import { errorText } from './cli/text.ts'
import { keepPrivate } from './dataDir.ts'
import { startDesktop } from './desktop.ts'
import { errorData } from './engine/errors.ts'
import { texts } from './window/texts.ts'
import { plainLine } from '../shared/plainText.ts'

// The SDK would print its own notice about Node 20 into the progress.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

keepPrivate()

// One executable for both: with a command it is the command line, without one the window.
const args = commandLineOf(process.argv)

// Electron would print a text of its own, and its exit code would read as “done”.
process.on('uncaughtException', (error) => {
  if (args) {
    processOutput.note(errorText(errorData(error)))
    app.exit(exitCode.interrupted)
  } else fail(error)
})

if (args) {
  // As in Node; Electron would only warn of it.
  process.on('unhandledRejection', (reason) => {
    throw reason
  })
  const code = await runProgram(args, process.env, processOutput)
  // app.exit would not wait for a pipe.
  await written()
  app.exit(code)
}
// The page never goes without Chromium’s sandbox in what is installed; root’s command line does, which has no page.
else if (app.isPackaged && app.commandLine.hasSwitch('no-sandbox')) {
  processOutput.note(process.getuid?.() === 0 ? texts.noWindow.forRoot : texts.noWindow.withoutSandbox)
  app.exit(exitCode.usage)
}
// Not awaited: Electron is ready only after this module has been evaluated.
else {
  forgetSecrets()
  startDesktop().catch(fail)
}

/** A window that cannot open, or that ends, must say so: nobody sees the terminal of an icon. */
function fail(cause: unknown): void {
  const error = errorData(cause)
  processOutput.note(errorText(error))
  dialog.showErrorBox(error.title, `${plainLine(error.message)}\n\n${error.remedy}`)
  app.exit(1)
}
