import { runProgram } from './cli/program.ts'
import { processOutput } from './cli/output.ts'

// The SDK would print its own notice about Node 20 into the progress.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

process.exitCode = await runProgram(process.argv.slice(2), process.env, processOutput)
