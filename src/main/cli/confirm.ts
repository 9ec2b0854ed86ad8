import { notSwitchedConsequence, readurStateWords } from '../../shared/readurState.ts'
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
      })
    }
    if (await output.ask(`${consequence} Continue? [y/N] `)) return
    throw new MigrateError('INTERRUPTED', { message: 'Nothing was changed.' })
  } finally {
    resumeProgress()
  }
}

/**
 * Rows are about to be switched by a run that nobody has decided about yet. Where nobody can be asked, its report says the
 * same as a warning.
 */
export async function askBeforeRows(session: Session, output: Output): Promise<void> {
  if (!output.ask) return
  const { readurState, context } = session.work
  const state = await readurState(context.stop.inOrder)
  if (state.at === 'bucket') return
  const instead = 'To copy now and switch later: run migrate --copy-only, switch Readur to S3, then run switch.'
  await confirm(session, output, false, [readurStateWords(state), instead], notSwitchedConsequence)
}
