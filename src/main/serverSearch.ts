import { assertRuns, commandRunner } from './adapters/commands/runner.ts'
import { searchServer, type ServerSearch } from './discovery/searchServer.ts'
import type { SiteSettings } from './profiles/settings.ts'
import { openCommands, type SshAccess } from './site.ts'
import type { ServerSettings } from '../shared/profile.ts'

/** Whose Readur is looked for: a server's, or this computer's when it is null. */
export interface SearchedPlace {
  server: ServerSettings | null
  login?: SiteSettings['login']
}

/**
 * Looks for Readur among the containers and Compose files of a computer; only reads. Throws COMMANDS_REFUSED where the
 * account may run nothing, and SSH_*.
 */
export async function searchFor(
  { server, login }: SearchedPlace,
  ssh: SshAccess,
  signal: AbortSignal,
): Promise<ServerSearch> {
  const { commands, close } = await openCommands(server, login, ssh)
  try {
    // An account of a server may seem to run programs. Here there is no doubt, and on Windows no `echo`.
    if (server !== null) await assertRuns(commands, signal)
    return await searchServer(commandRunner(commands), signal)
  } finally {
    await close()
  }
}
