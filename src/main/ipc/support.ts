import { z } from 'zod'
import type { SupportBundles } from '../runs/support/supportBundles.ts'
import { command, container, id, noArguments, onlyId } from './command.ts'

export interface SupportCommandDeps {
  support: SupportBundles
  /** Shows a file in the platform's file manager. */
  reveal: (path: string) => void
  /** Asks the user where to write a bundle; null when nowhere. */
  chooseBundleFile: () => Promise<string | null>
}

const options = z.strictObject({ runId: id.nullable(), readurContainer: container, postgresContainer: container })

/** Support bundles. No path is among the arguments: the user is asked for it. */
export const supportCommands = ({ support, reveal, chooseBundleFile }: SupportCommandDeps) => ({
  /** Gathers a support bundle without writing it, and ends one that is being gathered. */
  'support.prepare': command(z.tuple([id, options]), (profileId, wanted) => support.prepare(profileId, wanted)),
  'support.cancel': command(noArguments, () => support.cancel()),
  /** Part of the text of an entry, exactly as it will be written. */
  'support.read': command(z.tuple([id, z.string().min(1).max(200), z.int().min(0)]), (bundleId, entry, from) =>
    support.read(bundleId, entry, from),
  ),
  /** Asks where to, and writes what was shown; null when nowhere. */
  'support.write': command(onlyId, async (bundleId) => {
    const path = await chooseBundleFile()
    return path === null ? null : { path: await support.write(bundleId, path) }
  }),
  'support.reveal': command(onlyId, (bundleId) => reveal(support.pathOf(bundleId))),
})
