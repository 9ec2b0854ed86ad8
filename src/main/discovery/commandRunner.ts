export interface CommandResult {
  /** Exit code; 127 when there is no such program. */
  code: number
  stdout: string
  stderr: string
}

/**
 * Runs a program on the server as the account that is logged in, never through a shell that would read the arguments:
 * each stands for itself. Whatever the exit code, the result is handed back. Throws when the program could not be run,
 * when `signal` fires, and when it says more than `largestOutput`.
 */
export type CommandRunner = (argv: readonly string[], signal: AbortSignal) => Promise<CommandResult>

/** Bytes that a runner takes of each stream at most. */
export const largestOutput = 32 * 1024 ** 2
