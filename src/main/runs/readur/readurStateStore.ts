import { join } from 'node:path'
import { z } from 'zod'
import { uploadsLosses, type KnownReadurState, type ReadurState } from '../../../shared/readurState.ts'
import type { BucketPlace } from '../../engine/readurState.ts'
import { KeptFile } from '../../profiles/keptFile.ts'

const uploads = {
  uploadsInside: z.object({ container: z.string(), path: z.string(), lostWith: z.enum(uploadsLosses) }).exactOptional(),
}
const stateSchema: z.ZodType<ReadurState> = z.discriminatedUnion('at', [
  z.object({ at: z.literal('bucket'), source: z.string(), ...uploads }),
  z.object({ at: z.literal('local'), source: z.string(), ...uploads }),
  z.object({ at: z.literal('elsewhere'), source: z.string(), place: z.string(), ...uploads }),
  z.object({ at: z.literal('unknown'), why: z.string(), canConfirm: z.boolean(), ...uploads }),
])
const pageSchema = z.object({
  place: z.object({ bucket: z.string(), endpoint: z.string().nullable() }),
  isConfirmed: z.boolean(),
  // What cannot be read was written by another version, and is found out again: the user's word stays.
  known: z.object({ state: stateSchema, foundAt: z.number() }).nullable().catch(null),
})
type Page = z.infer<typeof pageSchema>

/** What was found out about the Readur of one connection, and what its user says. It holds for one bucket alone. */
export interface ReadurMemory {
  isConfirmed: () => boolean
  /** What contradicts the user's word takes it back for good: it must not count again when nothing else tells any more. */
  keep: (state: ReadurState) => KnownReadurState
}

/** Nothing is known, and nothing is kept. */
export const noMemory: ReadurMemory = {
  isConfirmed: () => false,
  keep: (state) => ({ state, foundAt: Date.now() }),
}

const isContradicted = (state: ReadurState): boolean =>
  state.at === 'unknown' ? !state.canConfirm : state.at !== 'bucket'

/** Where the Readur of each connection was last found to store. */
export class ReadurStateStore {
  readonly #file: KeptFile<Record<string, Page | null>>

  constructor(dataDir: string) {
    this.#file = new KeptFile(join(dataDir, 'readur.json'), z.record(z.string(), pageSchema.nullable().catch(null)))
  }

  /** What was found out last; null where nothing was, or the connection has another bucket since. */
  known(profileId: string, place: BucketPlace): KnownReadurState | null {
    return this.#page(profileId, place).known
  }

  confirm(profileId: string, place: BucketPlace, isConfirmed: boolean): void {
    this.#write(profileId, { ...this.#page(profileId, place), isConfirmed })
  }

  of(profileId: string, place: BucketPlace): ReadurMemory {
    return {
      isConfirmed: () => this.#page(profileId, place).isConfirmed,
      keep: (state) => {
        const known = { state, foundAt: Date.now() }
        const page = this.#page(profileId, place)
        this.#write(profileId, { ...page, isConfirmed: page.isConfirmed && !isContradicted(state), known })
        return known
      },
    }
  }

  #page(profileId: string, { bucket, endpoint }: BucketPlace): Page {
    const page = this.#file.read()?.[profileId]
    if (page?.place.bucket === bucket && page.place.endpoint === endpoint) return page
    return { place: { bucket, endpoint }, isConfirmed: false, known: null }
  }

  #write(profileId: string, page: Page): void {
    this.#file.write({ ...this.#file.read(), [profileId]: page })
  }
}
