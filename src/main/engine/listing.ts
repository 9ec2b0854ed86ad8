import { createHash } from 'node:crypto'
import { MigrateError } from './errors.ts'
import type { ListedObject, ObjectStore } from './ports.ts'

/** Pages without anything, one after the other. Services that look through deleted objects give some, never this many. */
const mostEmpty = 1_000

/** Sees to it that a listing in pages gets on: each page leads to another, and begins with something else. */
export class PageTurner {
  readonly #subject: string
  readonly #seen = new Set<string>()
  #empty = 0

  constructor(subject: string) {
    this.#subject = subject
  }

  /**
   * Where the next page begins; null after the last. `marker`: what the service names for it; `first`: the first thing on
   * this page, undefined when it is empty. Throws S3_STRANGE when the listing would never end.
   */
  next<M extends string>(marker: M | null, first: string | undefined): M | null {
    this.#empty = first === undefined ? this.#empty + 1 : 0
    if (this.#empty > mostEmpty) throw this.#stuck(`${mostEmpty} pages in a row are empty`)
    if (first !== undefined) this.#note(`first ${first}`, 'a page begins like an earlier one')
    if (marker !== null) this.#note(`marker ${marker}`, 'it names the same next page twice')
    return marker
  }

  /** Kept as digests: markers can be long, and there is one for each thousand objects. */
  #note(what: string, fault: string): void {
    const digest = createHash('sha256').update(what).digest('base64')
    if (this.#seen.has(digest)) throw this.#stuck(fault)
    this.#seen.add(digest)
  }

  #stuck(fault: string): MigrateError {
    return new MigrateError('S3_STRANGE', {
      message: `The listing of “${this.#subject}” does not end: ${fault}.`,
      subject: this.#subject,
      scope: 'run',
    })
  }
}

/** All objects whose keys begin so, page after page. Throws S3_STRANGE where the listing does not get on. */
export async function* objectPages(
  objects: Pick<ObjectStore, 'list'>,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<ListedObject[]> {
  const turner = new PageTurner(prefix)
  for (let from: string | null = null, more = true; more;) {
    const page: Awaited<ReturnType<ObjectStore['list']>> = await objects.list(prefix, from, signal)
    from = turner.next(page.next, page.objects[0]?.key)
    more = from !== null
    yield page.objects
  }
}
