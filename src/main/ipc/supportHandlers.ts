import type { SupportDesk } from '../runs/support/supportDesk.ts'
import type { Handlers } from './handlers.ts'
import type { SupportChannel } from './supportArguments.ts'

export interface SupportHandlerDeps {
  support: SupportDesk
  /** Shows a file in the platform's file manager. */
  reveal: (path: string) => void
  /** Asks the user where to write a bundle; null when nowhere. */
  chooseBundleFile: () => Promise<string | null>
}

/** What the calls about support bundles do. */
export function createSupportHandlers({
  support,
  reveal,
  chooseBundleFile,
}: SupportHandlerDeps): Pick<Handlers, SupportChannel> {
  return {
    'support.prepare': (profileId, options) => support.prepare(profileId, options),
    'support.cancel': () => {
      support.cancel()
      return null
    },
    'support.read': (bundleId, entry, from) => support.read(bundleId, entry, from),
    'support.write': async (bundleId) => {
      const path = await chooseBundleFile()
      return path === null ? null : { path: await support.write(bundleId, path) }
    },
    'support.reveal': (bundleId) => {
      reveal(support.pathOf(bundleId))
      return null
    },
  }
}
