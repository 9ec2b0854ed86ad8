import { createCommands, type CommandDeps, type Commands } from '../../../src/main/ipc/commands.ts'

// Nothing is carried out.
const noDeps: unknown = { reads: {} }
const commands = createCommands(noDeps as CommandDeps)

/** Whether a command takes these arguments. */
export function accepts(name: keyof Commands, ...args: unknown[]): boolean {
  try {
    commands[name].parse(args)
    return true
  } catch {
    return false
  }
}
