import { Refusal, refused, status } from './channel.ts'

const folder = '/proc/self/fd'
/** More descriptors than a fresh session has. */
const few = 16
/** Numbers above it are not looked for. */
const most = 200

/** What an open file or folder is to the system over there. */
export interface Descriptor {
  number: number
  /** The real path of what was opened, at that moment. */
  place: string
}

interface Opened {
  handle: Buffer
  /** Null where the far side does not show it. */
  descriptor: Descriptor | null
}

/**
 * The descriptors of the process that answers us. SFTP has no word for them, but OpenSSH on Linux resolves the paths
 * that we send in its own process, and carries out one request after the other: what is asked right before and right
 * after an opening shows which descriptor is new, and where what was opened really lies. Neither can a link that is
 * swapped in falsify. Other servers, and those that lock us into a folder without /proc, show nothing.
 */
export class Descriptors {
  readonly #readlink: (path: string) => Promise<string>
  /** Numbers in use, as far as we know: the next one opened gets the lowest of the others. */
  #taken: Set<number> | null = null
  #isBlind = false

  constructor(readlink: (path: string) => Promise<string>) {
    this.#readlink = readlink
  }

  /** `start` sends the request at once. Where that did not show which descriptor it got, `close` allows to send it again. */
  async open(start: () => Promise<Buffer>, close: ((handle: Buffer) => Promise<void>) | null): Promise<Opened> {
    if (!this.#isBlind) await this.#learn()
    if (this.#isBlind) return { handle: await start(), descriptor: null }
    const expected = this.#reserve()
    const opened = await this.#openAs([expected], start)
    if (opened.descriptor || close === null) return opened
    // Others are opened and closed meanwhile, so the guess was wrong. Now all numbers are looked at.
    await close(opened.handle)
    return await this.#openAs(numbersUpTo(Math.min(most, Math.max(0, ...(this.#taken ?? [])) + few)), start)
  }

  /** To be called as its closing is sent. */
  forget({ number }: Descriptor): void {
    this.#taken?.delete(number)
  }

  async #placeOf(number: number): Promise<string | null> {
    try {
      return await this.#readlink(linkOf({ number }))
    } catch (error) {
      if (refused(error)) return null
      throw error
    }
  }

  async #openAs(numbers: readonly number[], start: () => Promise<Buffer>): Promise<Opened> {
    const before = numbers.map((number) => this.#placeOf(number))
    const opening = start()
    const after = numbers.map((number) => this.#placeOf(number))
    const [handle, ...places] = await Promise.allSettled([opening, ...before, ...after])
    if (handle.status === 'rejected') {
      const [reserved, ...swept] = numbers
      if (reserved !== undefined && swept.length === 0) this.#taken?.delete(reserved)
      throw handle.reason
    }
    const found: Descriptor[] = []
    for (const [at, number] of numbers.entries()) {
      const [was, is] = [places[at], places[at + numbers.length]]
      // The session is gone, and the handle with it.
      if (was?.status !== 'fulfilled') throw was?.reason
      if (is?.status !== 'fulfilled') throw is?.reason
      if (is.value !== null) this.#taken?.add(number)
      else this.#taken?.delete(number)
      if (was.value === null && is.value !== null) found.push({ number, place: is.value })
    }
    const [only, ...others] = found
    return { handle: handle.value, descriptor: only && others.length === 0 ? only : null }
  }

  #reserve(): number {
    const taken = (this.#taken ??= new Set())
    let number = 0
    while (taken.has(number)) number += 1
    taken.add(number)
    return number
  }

  async #learn(): Promise<void> {
    if (this.#taken) return
    const places = await Promise.all(numbersUpTo(few).map((number) => this.#placeOf(number)))
    this.#isBlind = places.every((place) => place === null)
    this.#taken ??= new Set(numbersUpTo(few).filter((number) => places[number] !== null))
  }
}

const numbersUpTo = (end: number): number[] => Array.from({ length: end }, (_, at) => at)

/** A path of a folder that was opened as this descriptor, and of names in it. */
export const pathBy = (descriptor: Descriptor, name = '.'): string => `${linkOf(descriptor)}/${name}`

/** A link to where it lies now. */
export const linkOf = ({ number }: Pick<Descriptor, 'number'>): string => `${folder}/${number}`

/** What is said of a folder that is not where it was to be. */
export const replaced = (real: string): Refusal =>
  new Refusal(status.noSuchFile, `${real}: another folder has taken its place`)
