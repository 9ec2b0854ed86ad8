import { decoded, layerOf, textOf, type Layer } from './decoding.ts'

/** From a place of a text to before another. */
export type Range = readonly [from: number, to: number]

/** Shorter ones stand in every text by chance; their shapes still find them where they matter. */
const shortest = 3
/** Of what is compared loosely. */
const shortestFolded = 6
/** Escapes in escapes: JSON in JSON in an address has three. */
const mostLevels = 6
/** Signs that are looked at without a pause. */
const windowLength = 128 * 1024

/** What counts of a layer, and the place in it of each. */
interface Compared {
  length: number
  codes: Uint16Array
  places: Int32Array
}

/** In small letters, as some logs have it. Folded, only those signs that no encoding adds or drops. */
function compared({ codes, length }: Layer, isFolded: boolean): Compared {
  const result: Compared = { length: 0, codes: new Uint16Array(length), places: new Int32Array(length) }
  for (let at = 0; at < length; at += 1) {
    const sign = comparedSign(codes[at] ?? 0, isFolded)
    if (sign === dropped) continue
    result.codes[result.length] = sign
    result.places[result.length] = at
    result.length += 1
  }
  return result
}

const dropped = -1
/**
 * Blanks and line breaks wrap base64, and are `+` in forms; quotes and backslashes are doubled, or close and open again;
 * `-` and `_` are `+` and `/` in addresses.
 */
const droppedSigns = new Set(Array.from(' \t\r\n\f\v\u00a0\\\'"`+-', (sign) => sign.charCodeAt(0)))
const underscore = '_'.charCodeAt(0)
const slash = '/'.charCodeAt(0)

function comparedSign(code: number, isFolded: boolean): number {
  if (isFolded && droppedSigns.has(code)) return dropped
  if (isFolded && code === underscore) return slash
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code
  const small = String.fromCharCode(code).toLowerCase()
  return small.length === 1 ? small.charCodeAt(0) : code
}

/** A text, and what it is without each further level of escapes. */
function* levelsOf(text: Layer): Generator<Layer> {
  let layer: Layer | null = text
  for (let level = 0; layer !== null && level < mostLevels; level += 1) {
    yield layer
    layer = decoded(layer)
  }
}

interface Word {
  codes: Uint16Array
  /** Signs before the first that counts, and after the last. */
  before: number
  after: number
}

/** Finds many words in one pass. */
class Words {
  readonly #byHead = new Map<number, Word[]>()
  readonly #isFolded: boolean

  constructor(isFolded: boolean) {
    this.#isFolded = isFolded
  }

  add(layer: Layer): void {
    const { codes, places, length } = compared(layer, this.#isFolded)
    if (length < (this.#isFolded ? shortestFolded : shortest)) return
    const word = {
      codes: codes.slice(0, length),
      before: places[0] ?? 0,
      after: layer.length - 1 - (places[length - 1] ?? 0),
    }
    const head = headOf(word.codes, 0)
    // The longest first: what holds another secret goes whole.
    const all = [...(this.#byHead.get(head) ?? []), word].sort((one, other) => other.codes.length - one.codes.length)
    this.#byHead.set(head, all)
  }

  /** Tells of each place of one of them in the text; returns how many signs were looked at. */
  findIn(layer: Layer, found: (range: Range) => void): number {
    const { codes, places, length } = compared(layer, this.#isFolded)
    let steps = layer.length + length
    for (let at = 0; at + shortest <= length; at += 1) {
      for (const word of this.#byHead.get(headOf(codes, at)) ?? []) {
        let same = 0
        while (same < word.codes.length && at + same < length && codes[at + same] === word.codes[same]) same += 1
        steps += same + 1
        if (same < word.codes.length) continue
        // With its own ends, as far as nothing that counts stands there.
        const first = Math.max((places[at] ?? 0) - word.before, at === 0 ? 0 : (places[at - 1] ?? 0) + 1)
        const end = at + same < length ? (places[at + same] ?? 0) : layer.length
        const last = Math.min((places[at + same - 1] ?? 0) + word.after, end - 1)
        found([layer.from[first] ?? 0, layer.to[last] ?? 0])
        break
      }
    }
    return steps
  }
}

/** Of the first three signs. */
const headOf = (codes: Uint16Array, at: number): number =>
  ((codes[at] ?? 0) * 0x1_0000 + (codes[at + 1] ?? 0)) * 0x1_0000 + (codes[at + 2] ?? 0)

/** Secrets that are known, in every form in which they may stand in a text. */
export class KnownSecrets {
  readonly #exact = new Words(false)
  readonly #folded = new Words(true)
  readonly #overlap: number

  constructor(secrets: Iterable<string>) {
    let longest = 0
    for (const secret of secrets) {
      if (secret.length < shortest) continue
      longest = Math.max(longest, secret.length)
      for (const form of [secret, secret.toUpperCase()]) for (const level of levelsOf(layerOf(form))) this.#add(level)
      for (const form of encodedFormsOf(secret)) this.#folded.add(layerOf(form))
    }
    // Each sign of it may be an escape of an escape, and lines break in between.
    this.#overlap = 1_024 + 24 * longest
  }

  #add(level: Layer): void {
    this.#folded.add(level)
    const { length } = compared(level, true)
    if (length >= shortestFolded) return
    // What is hardly more than blanks and quotes is sought as it is, and doubled and closed as shells and SQL do.
    const text = textOf(level)
    for (const form of [text, text.replaceAll("'", "''"), text.replaceAll("'", `'\\''`), text.replaceAll(' ', '+')]) {
      this.#exact.add(layerOf(form))
    }
  }

  /** Where they stand in a text, a part of it at a time; with the signs that were looked at for it. */
  *findIn(text: string): Generator<{ ranges: Range[]; steps: number }> {
    for (let start = 0; start < text.length; start += windowLength) {
      const ranges: Range[] = []
      let steps = 0
      const found = ([from, to]: Range): void => void ranges.push([start + from, start + to])
      for (const level of levelsOf(layerOf(text.slice(start, start + windowLength + this.#overlap)))) {
        steps += this.#folded.findIn(level, found) + this.#exact.findIn(level, found)
      }
      yield { ranges, steps }
    }
  }
}

/** As a part of something in base64, and in hex; the secret itself, and as addresses, forms, JSON and shells have it. */
function encodedFormsOf(secret: string): string[] {
  const plain = [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    encodeURI(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll("'", `'\\''`),
    secret.replaceAll("'", "''"),
  ]
  return [...new Set(plain)].flatMap((form) => [...base64FormsOf(form), Buffer.from(form).toString('hex')])
}

/** However many bytes stand before it, base64 has one of three forms of it; their first and last letters mix with others. */
function base64FormsOf(text: string): string[] {
  const bytes = Buffer.from(text)
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const whole = Math.floor(((before + bytes.length) * 8) / 6)
    const inner = encoded.slice(before === 0 ? 0 : before + 1, whole)
    return before === 0 ? [encoded, inner] : [inner]
  })
}
