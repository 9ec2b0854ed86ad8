import type { ReadurDesk } from '../runs/readur/readurDesk.ts'
import type { Handlers } from './handlers.ts'
import type { ReadurChannel } from './readurArguments.ts'

export interface ReadurHandlerDeps {
  readurDesk: ReadurDesk
  /** Shows lines with a secret in the platform's own dialog, which no page can read. */
  showSecretLines: (lines: string) => Promise<void>
}

/** What the calls about the Readur of a connection do. */
export function createReadurHandlers({
  readurDesk,
  showSecretLines,
}: ReadurHandlerDeps): Pick<Handlers, ReadurChannel> {
  return {
    'server.known': (profileId) => readurDesk.known(profileId),
    'server.look': (profileId) => readurDesk.look(profileId),
    'server.confirm': (profileId, isConfirmed) => readurDesk.confirm(profileId, isConfirmed),
    'server.settings': (profileId) => readurDesk.settingsText(profileId),
    'server.reveal': async (profileId) => {
      await showSecretLines(await readurDesk.wholeLines(profileId))
      return null
    },
  }
}
