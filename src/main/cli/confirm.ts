import { MigrateError } from '../engine/errors.ts'
import type { Output } from './output.ts'
import type { Session } from './session.ts'

/**
 * Asks before something changes that the command does not spell out. Without a terminal only `--yes` will do.
 * Throws CONFIRMATION_NEEDED, and INTERRUPTED for a no.
 */
export async function confirm(
  session: Session,
  output: Output,
  yes: boolean,
  what: readonly string[],
  consequence: string,
): Promise<void> {
  if (yes) return
  const resumeProgress = session.pause()
  try {
    output.note(what)
    if (!output.ask) {
      throw new MigrateError('CONFIRMATION_NEEDED', {
        message: 'Not running in a terminal, so nothing was changed.',
        scope: 'run',
      })
    }
    if (await output.ask(`${consequence} Continue? [y/N] `)) return
    throw new MigrateError('INTERRUPTED', { message: 'Nothing was changed.', scope: 'run' })
  } finally {
    resumeProgress()
  }
}
