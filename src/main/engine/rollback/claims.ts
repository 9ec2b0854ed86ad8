import { mentionTables, References, type ReferencesSite } from '../free/references.ts'
import type { Restorable } from '../journal/itemRows.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { FileStamp } from '../ports.ts'

/**
 * Whose the places of local files are, for a run that puts files there. What rows and links name is read when it is asked for
 * the first time: most runs put nothing anywhere.
 */
export class Claims {
  readonly #site: ReferencesSite
  readonly #store: Pick<RunStore, 'sharing' | 'path'>
  readonly #signal: AbortSignal
  #references: Promise<References> | null = null

  constructor(site: ReferencesSite, store: Pick<RunStore, 'sharing' | 'path'>, signal: AbortSignal) {
    this.#site = site
    this.#store = store
    this.#signal = signal
  }

  /**
   * In what way the place of an item is another document's, by any spelling and past any link; null when it is not. `stamp`: of
   * the file that lies there and is to go.
   */
  async of({ item }: Pick<Restorable, 'item'>, stamp: FileStamp | null): Promise<string | null> {
    const references = await (this.#references ??= References.read(this.#store, this.#site, this.#signal))
    const sharers = this.#store.sharing(item.source).map((sharer) => sharer.item.documentId)
    const mine = new Set([item.documentId, ...sharers, ...mentionTables])
    return references.namingOf(item.source, stamp, mine)?.message ?? null
  }

  async close(): Promise<void> {
    const references = await this.#references?.catch(() => null)
    references?.close()
  }
}
