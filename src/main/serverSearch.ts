import type { Boundary } from './discovery/boundary.ts'
import { searchServer, type ServerSearch } from './discovery/searchServer.ts'
import { assertRuns, commandRunner } from './engine/commands.ts'
import { MigrateError } from './engine/errors.ts'
import { withinLimit } from './engine/timers.ts'
import type { SiteSettings } from './profiles/settings.ts'
import { openCommands, type SshAccess } from './site.ts'
import type { ServerSettings } from '../shared/profile.ts'

/** How long Docker and the disks of a server may take in all. */
const searchMs = 120_000

/** Whose Readur is looked for: a server's, or this computer's when it is null. */
interface SearchedPlace {
  server: ServerSettings | null
  login?: SiteSettings['login']
}

/**
 * Looks for Readur among the containers and Compose files of a computer; only reads. Throws COMMANDS_REFUSED where the
 * account may run nothing, NO_ANSWER, and SSH_*.
 */
export async function searchFor(
  { server, login }: SearchedPlace,
  ssh: SshAccess,
  signal: AbortSignal,
  boundary: Boundary,
): Promise<ServerSearch> {
  const { commands, close } = await openCommands(server, login, ssh)
  try {
    // An account of a server may seem to run programs. Here there is no doubt, and on Windows no `echo`.
    if (server !== null) await assertRuns(commands, signal)
    // From here on: before, people may have been asked.
    return await withinLimit(
      searchMs,
      () => unanswered(commands.label),
      signal,
      (limited) => searchServer(commandRunner(commands), limited, boundary),
    )
  } finally {
    await close()
  }
}

const unanswered = (label: string): MigrateError =>
  new MigrateError('NO_ANSWER', {
    message: `The search on ${label} was ended after ${searchMs / 1000} seconds. Docker may hang there.`,
    subject: label,
  })
