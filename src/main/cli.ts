import { exitCode } from './cli/exitCodes.ts'
import { runProgram } from './cli/program.ts'
import { processOutput } from './cli/output.ts'
import { errorText } from './cli/text.ts'
import { keepPrivate } from './dataDir.ts'
import { errorData } from './engine/errors.ts'

// The SDK would print its own notice about Node 20 into the progress.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

keepPrivate()

// Node's own exit code for this would read as “done, with failures”.
process.on('uncaughtException', (error) => {
  processOutput.note(errorText(errorData(error)))
  process.exit(exitCode.interrupted)
})

process.exitCode = await runProgram(process.argv.slice(2), process.env, processOutput)
