import { randomUUID } from 'node:crypto'
import type { BundleOptions, BundlePreview, BundleText } from '../../../shared/support.ts'
import { MigrateError } from '../../engine/errors.ts'
import { nullProgress } from '../../engine/progress.ts'
import { StopControl } from '../../engine/stop.ts'
import type { Profile } from '../../profiles/profile.ts'
import type { Variables } from '../../profiles/settings.ts'
import type { BackupStore } from '../backup/backupStore.ts'
import { openPlace, type PlaceDeps } from '../workplace.ts'
import { writeBundle, type BundleFile } from './bundle.ts'
import { gatherBundle, knownVariables } from './gather.ts'

/** Of an entry at a time: the window shows texts piece by piece. */
const pieceLength = 50_000

interface SupportBundlesDeps extends PlaceDeps {
  profileOf: (id: string) => Profile
  backupStore: BackupStore
  environment: Variables
}

interface Gathered {
  bundleId: string
  files: BundleFile[]
  /** Once it is written. */
  path: string | null
}

/** Support bundles that are made from the window: gathered, looked at, then written. The latest alone is kept, in memory. */
export class SupportBundles {
  readonly #deps: SupportBundlesDeps
  #latest: Gathered | null = null
  #gathering: StopControl | null = null

  constructor(deps: SupportBundlesDeps) {
    this.#deps = deps
  }

  /** Gathers a bundle; ends one that is being gathered. Throws PROFILE_NOT_FOUND, RUN_NOT_FOUND, SETTING_*, INTERRUPTED. */
  async prepare(profileId: string, options: BundleOptions): Promise<BundlePreview> {
    this.cancel()
    const { runs, backupStore, environment } = this.#deps
    const profile = this.#deps.profileOf(profileId)
    const stop = new StopControl()
    this.#gathering = stop
    this.#latest = null
    const work = await openPlace(this.#deps, profile, { progress: nullProgress, stop })
    try {
      const runId = options.runId ?? runs.list(0, 1, { profileId }).runs[0]?.runId ?? null
      const command = [`Readur Migrate, in its window, on the connection “${profile.name}”`]
      const variables = await knownVariables(environment, profile)
      const files = await gatherBundle({ ...options, runId, work, backupStore, command, variables })
      stop.inOrder.throwIfAborted()
      const bundleId = randomUUID()
      this.#latest = { bundleId, files, path: null }
      const entries = files.map(({ name, about, text }) => ({ name, about, bytes: Buffer.byteLength(text) }))
      return { bundleId, entries }
    } finally {
      if (this.#gathering === stop) this.#gathering = null
      // What does not answer is not waited for.
      void work.close()
    }
  }

  /** Ends what is being gathered. */
  cancel(): void {
    this.#gathering?.request('now')
  }

  /** Part of an entry as it will be written, from a place of an earlier answer on, or 0. Throws ACTION_GONE. */
  read(bundleId: string, name: string, from: number): BundleText {
    const file = this.#known(bundleId).files.find((one) => one.name === name)
    if (!file) throw gone()
    const end = from + pieceLength
    return { text: file.text.slice(from, end), next: end < file.text.length ? end : null }
  }

  /** Writes what was shown, and nothing else; resolves with the path. Throws ACTION_GONE, REPORT_UNWRITABLE. */
  async write(bundleId: string, file: string): Promise<string> {
    const bundle = this.#known(bundleId)
    bundle.path = await writeBundle(bundle.files, file)
    return bundle.path
  }

  /** Where the bundle was written to. Throws ACTION_GONE. */
  pathOf(bundleId: string): string {
    const { path } = this.#known(bundleId)
    if (path === null) throw gone()
    return path
  }

  #known(bundleId: string): Gathered {
    if (this.#latest?.bundleId === bundleId) return this.#latest
    throw gone()
  }
}

const gone = (): MigrateError =>
  new MigrateError('ACTION_GONE', { message: 'This bundle is not kept any more. Gather it again.' })
