import type { FileHandle } from 'node:fs/promises'
import { JSONParser, TokenType, type ParsedTokenInfo } from '@streamparser/json'

/** A JSON file that is open for reading, and how far it is to be read. */
export interface JsonFile {
  handle: FileHandle
  /** How much of it is read, whatever is written to it meanwhile. */
  size: number
}

type Path = readonly (string | number)[]

export type JsonEvent =
  /** A value begins whose elements are asked for; an array, if it is what it should be. */
  | { kind: 'list'; path: readonly string[]; isArray: boolean }
  /** One element, whole. `ambiguous`: a name stands twice in it, so that readers of JSON differ over what it says. */
  | { kind: 'element'; path: Path; value: unknown; ambiguous: boolean }
  /** Always the last. `damage` is null when the file is one whole JSON object. */
  | { kind: 'end'; damage: JsonDamage | null }

export interface JsonDamage {
  kind: 'cut off' | 'broken'
  /** Where the file ends, or the start of the last piece that still made sense. */
  byte: number
  /** In words, where more can be said than that it is no JSON. */
  reason: string | null
}

const chunkBytes = 64 * 1024
const maxDepth = 32
/** Of one element, and of one string. */
const maxBytes = 1024 * 1024
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/** The text is JSON, but not such as anybody writes for us. */
class Refused extends Error {}

/** Follows the tokens: where in the file they are, and whether what they add up to stays within bounds. */
class Whereabouts {
  readonly #selectors: readonly Path[]
  readonly #onList: (path: string[], isArray: boolean) => void
  /** One open container each: the name of its current member, empty in an array. */
  readonly #names: string[] = []
  #lastString = ''
  #element: { depth: number; offset: number } | null = null
  #isStarted = false
  /** The token before was the colon after a name. */
  #isNamed = false
  /** Where the last token began. */
  offset = 0
  /** Names in the current or last element, those in its depths too. */
  names = 0

  constructor(selectors: readonly Path[], onList: (path: string[], isArray: boolean) => void) {
    this.#selectors = selectors
    this.#onList = onList
  }

  take({ token, value, offset }: ParsedTokenInfo): void {
    this.offset = offset
    if (!this.#isStarted && token !== TokenType.LEFT_BRACE) throw new Refused('it does not begin as a JSON object')
    this.#isStarted = true
    if (this.#element && offset - this.#element.offset > maxBytes) throw new Refused('one of its entries is too large')
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.#open(token, offset)
    else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.#close()
    else if (token === TokenType.COLON) this.#name()
    else if (this.#isNamed) this.#tellOfList(false)
    if (token === TokenType.STRING) this.#lastString = String(value)
    this.#isNamed = token === TokenType.COLON
  }

  #name(): void {
    this.names += 1
    this.#names[this.#names.length - 1] = this.#lastString
  }

  #open(token: TokenType, offset: number): void {
    const depth = this.#names.length
    if (depth >= maxDepth) throw new Refused('it is nested too deeply')
    if (!this.#element && this.#isSelected(this.#names)) {
      this.#element = { depth, offset }
      this.names = 0
    } else {
      this.#tellOfList(token === TokenType.LEFT_BRACKET)
    }
    this.#names.push('')
  }

  #tellOfList(isArray: boolean): void {
    if (!this.#element && this.#isSelected([...this.#names, ''])) this.#onList([...this.#names], isArray)
  }

  #close(): void {
    this.#names.pop()
    if (this.#element?.depth === this.#names.length) this.#element = null
  }

  #isSelected(path: readonly string[]): boolean {
    return this.#selectors.some(
      (selector) => selector.length === path.length && selector.every((name, at) => name === '*' || name === path[at]),
    )
  }
}

/** Names in a value, those in its depths too. */
function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const below = Object.values(value).reduce<number>((sum, member) => sum + countNames(member), 0)
  return below + (Array.isArray(value) ? 0 : Object.keys(value).length)
}

async function hasByteOrderMark({ handle }: JsonFile): Promise<boolean> {
  const start = Buffer.alloc(byteOrderMark.length)
  await handle.read(start, 0, start.length, 0)
  return start.equals(byteOrderMark)
}

/**
 * The elements at `selectors` (`['list', '*']`: all of a list) of a JSON file of any size, in its order, some at a
 * time, from constant memory. What is damaged ends the reading, and nothing that came before it is lost; throws only when `signal` does.
 */
export async function* readJsonElements(
  file: JsonFile,
  selectors: readonly (readonly string[])[],
  signal: AbortSignal,
): AsyncGenerator<JsonEvent[]> {
  const found: JsonEvent[] = []
  const whereabouts = new Whereabouts(selectors, (path, isArray) => found.push({ kind: 'list', path, isArray }))
  const parser = new JSONParser({ paths: selectors.map((names) => ['$', ...names].join('.')), keepStack: false })
  parser.onToken = (token) => whereabouts.take(token)
  parser.onValue = ({ value, key, stack }) => {
    const path = [...stack.slice(1).map((container) => container.key), key].filter((name) => name !== undefined)
    const ambiguous = typeof value === 'object' && value !== null && whereabouts.names !== countNames(value)
    found.push({ kind: 'element', path, value, ambiguous })
  }

  const buffer = Buffer.allocUnsafe(chunkBytes)
  let start = 0
  let at = 0
  const broken = (error: unknown): JsonDamage => {
    const reason = error instanceof Refused ? error.message : null
    return { kind: 'broken', byte: start + whereabouts.offset, reason }
  }
  let damage: JsonDamage | null = null
  while (!damage) {
    signal.throwIfAborted()
    try {
      if (at === 0 && (await hasByteOrderMark(file))) at = start = byteOrderMark.length
      const { bytesRead } = await file.handle.read(buffer, 0, Math.min(buffer.length, file.size - at), at)
      if (bytesRead === 0) break
      at += bytesRead
      parser.write(buffer.subarray(0, bytesRead))
      if (!parser.isEnded && at - start - whereabouts.offset > maxBytes) throw new Refused('a text in it is too long')
    } catch (error) {
      damage = broken(error)
    }
    yield found.splice(0)
  }
  if (!damage && !parser.isEnded) damage = { kind: 'cut off', byte: at, reason: null }
  yield [{ kind: 'end', damage }]
}
