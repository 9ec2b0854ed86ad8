import { z } from 'zod'
import type { ReadurStates } from '../runs/readur/readurStates.ts'
import { command, id, onlyId } from './command.ts'

export interface ReadurCommandDeps {
  readurStates: ReadurStates
  /** Shows lines with a secret in the platform's own dialog, which no page can read. */
  showSecretLines: (lines: string) => Promise<void>
}

/** The Readur of a connection. */
export const readurCommands = ({ readurStates, showSecretLines }: ReadurCommandDeps) => ({
  /** Where the Readur of a profile was last found to store; null where that was never looked at. Asks no server. */
  'server.known': command(onlyId, (profileId) => readurStates.known(profileId)),
  /** Finds out where it stores. */
  'server.look': command(onlyId, (profileId) => readurStates.look(profileId)),
  /** The user says whether it uses the bucket; counts only where nothing else tells. */
  'server.confirm': command(z.tuple([id, z.boolean()]), (profileId, isConfirmed) =>
    readurStates.confirm(profileId, isConfirmed),
  ),
  /** What to write into its settings, without the secret key. */
  'server.settings': command(onlyId, (profileId) => readurStates.settingsText(profileId)),
  /** Shows these lines with the secret key in the platform's own dialog. */
  'server.reveal': command(onlyId, async (profileId) => showSecretLines(await readurStates.wholeLines(profileId))),
})
