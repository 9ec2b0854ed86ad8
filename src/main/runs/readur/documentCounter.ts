import { join } from 'node:path'
import { z } from 'zod'
import type { CountedDocuments } from '../../../shared/documentCounts.ts'
import { MigrateError } from '../../engine/errors.ts'
import { withinLimit } from '../../engine/timers.ts'
import { settingsOf, type SecretOf } from '../../profiles/connection.ts'
import { KeptFile } from '../../profiles/keptFile.ts'
import type { Profile } from '../../profiles/profile.ts'
import { openSite, type SshAccess } from '../../site.ts'
import { UnderWay } from './underWay.ts'

/** Longer, and the figures are given up: nobody waits for them. */
const limitMs = 60_000

const figures = z.object({
  local: z.number(),
  onS3: z.number(),
  stuck: z.number(),
  localBytes: z.number(),
  at: z.number(),
})
const kept = z.record(z.string(), figures)

interface CounterDeps {
  dataDir: string
  profileOf: (id: string) => Profile
  secretsOf: (profileId: string) => SecretOf
  ssh: SshAccess
}

/** Counts the documents of a connection when asked to, and keeps the latest figures of each. */
export class DocumentCounter {
  readonly #deps: CounterDeps
  readonly #file: KeptFile<Record<string, CountedDocuments>>
  readonly #underWay = new UnderWay<CountedDocuments>()

  constructor(deps: CounterDeps) {
    this.#deps = deps
    this.#file = new KeptFile(join(deps.dataDir, 'counts.json'), kept)
  }

  /** The latest figures, by profile. */
  known(): Record<string, CountedDocuments> {
    return this.#file.read() ?? {}
  }

  /** Asks the database; who asks while it is being counted gets that answer. Throws SETTING_*, SSH_*, DB_*. */
  count(profileId: string): Promise<CountedDocuments> {
    return this.#underWay.once(profileId, () => this.#count(profileId))
  }

  async #count(profileId: string): Promise<CountedDocuments> {
    const profile = this.#deps.profileOf(profileId)
    const settings = await settingsOf(profile, this.#deps.secretsOf(profileId))
    const { site, close } = await openSite(settings, this.#deps.ssh)
    try {
      const counts = await withinLimit(
        limitMs,
        () => late(settings.database.label),
        null,
        (limited) => site.database.counts(limited),
      )
      const counted = { ...counts, at: Date.now() }
      this.#file.write({ ...this.known(), [profileId]: counted })
      return counted
    } finally {
      // What does not answer is not waited for.
      void close()
    }
  }
}

const late = (subject: string): MigrateError =>
  new MigrateError('NO_ANSWER', {
    message: `“${subject}” did not answer within ${limitMs / 1000} seconds.`,
    subject,
  })
