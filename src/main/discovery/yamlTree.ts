import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  type Document,
  type Node,
  type Pair,
  type Scalar,
} from 'yaml'
import { unreadable } from './refusal.ts'

/** Compose files are a few kilobytes; these are far above what a person writes, and below what hurts. */
const largestText = 128 * 1024
/** Words, signs and blanks that the text is cut into: 400 in a usual Compose file, 120,000 in as many commas. */
const mostLexemes = 40_000
/** Open lists, maps and scalars at one place. What composes a text calls itself for each, until the stack of the process ends. */
const mostOpen = 100
const mostNodes = 50_000
const deepest = 40

interface Placed {
  file: string
  line: number
  /** Compose's `!reset` and `!override`: do not merge with what another file says. */
  tag: string | null
}
export interface Text extends Placed {
  kind: 'text'
  /** As written; null for nothing. */
  text: string | null
  /** A number or date without quotes that Compose writes in another way. */
  rewritten: boolean
}
export interface List extends Placed {
  kind: 'list'
  items: readonly Tree[]
}
export interface Mapping extends Placed {
  kind: 'map'
  entries: ReadonlyMap<string, Tree>
}
export type Tree = Text | List | Mapping

/**
 * A YAML text as a tree with anchors and merge keys resolved, and the line of each part. Throws DISCOVERY_UNREADABLE for
 * what is not YAML, too large or too deep, or grows too large by its aliases; the reason holds nothing of the text.
 */
export function parseYaml(text: string, file: string): Tree {
  const [first, second] = parseYamlDocuments(text, file)
  if (first === undefined) return new Converter(file, new LineCounter()).convert(undefined, 0)
  if (second) throw unreadable(file, `line ${second.line} begins a second document.`)
  return first
}

/** The same for several documents in one text. */
export function parseYamlDocuments(text: string, file: string): Tree[] {
  if (text.length > largestText) throw unreadable(file, 'it is too large for a Compose file.')
  const lines = new LineCounter()
  const tokens = tokensOf(text, file, lines)
  // Keeps silent about tags.
  const composer = new Composer({ logLevel: 'error', merge: true, prettyErrors: false, uniqueKeys: false })
  const documents: Document.Parsed[] = []
  for (const document of composer.compose(tokens, true, text.length)) {
    const [error] = document.errors
    if (error) throw unreadable(file, `line ${lines.linePos(error.pos[0]).line} is not valid YAML (${error.code}).`)
    documents.push(document)
  }
  return documents.map(({ contents, range }) =>
    new Converter(file, lines).convert(contents, 0, lines.linePos(range[0]).line),
  )
}

/** What a text consists of, which is found out without recursion, and refused before it costs anything to compose. */
function tokensOf(text: string, file: string, lines: LineCounter): CST.Token[] {
  const parser = new Parser(lines.addNewLine)
  const tokens: CST.Token[] = []
  lines.addNewLine(0)
  let lexemes = 0
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1
    if (lexemes > mostLexemes) throw unreadable(file, 'it has too many parts for a Compose file.')
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (parser.stack.length > mostOpen) throw unreadable(file, 'it is nested too deeply.')
  }
  tokens.push(...parser.end())
  return tokens
}

class Converter {
  readonly #file: string
  readonly #lines: LineCounter
  readonly #anchors = new Map<string, Node>()
  #nodes = 0

  constructor(file: string, lines: LineCounter) {
    this.#file = file
    this.#lines = lines
  }

  convert(node: unknown, depth: number, line = 1): Tree {
    if (++this.#nodes > mostNodes) throw unreadable(this.#file, 'its aliases make it too large.')
    if (depth > deepest) throw unreadable(this.#file, 'it is nested too deeply.')
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source)
      if (!target) throw unreadable(this.#file, `line ${line} names an anchor that does not stand before it.`)
      return this.convert(target, depth + 1, line)
    }
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return this.#nothing(line)
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node)
    const placed = { file: this.#file, line: this.#lineOf(node, line), tag: node.tag ?? null }
    if (isScalar(node)) return { ...placed, ...textOf(node) }
    if (isSeq(node))
      return { ...placed, kind: 'list', items: node.items.map((it) => this.convert(it, depth + 1, placed.line)) }
    return { ...placed, kind: 'map', entries: this.#entries(node.items, depth, placed.line) }
  }

  #entries(pairs: readonly Pair[], depth: number, above: number): Map<string, Tree> {
    const own = new Map<string, Tree>()
    const merged = new Map<string, Tree>()
    for (const { key, value } of pairs) {
      if (!isScalar(key)) continue
      const line = this.#lineOf(key, above)
      const tree = this.convert(value, depth + 1, line)
      const name = key.source ?? ''
      if (typeof key.value === 'symbol')
        for (const [inner, it] of mergedEntries(tree)) merged.set(inner, merged.get(inner) ?? it)
      else if (own.has(name)) throw unreadable(this.#file, `line ${line} has a key for the second time.`)
      else own.set(name, tree)
    }
    for (const [name, tree] of merged) if (!own.has(name)) own.set(name, tree)
    return own
  }

  #lineOf(node: { range?: readonly number[] | null | undefined }, otherwise: number): number {
    const start = node.range?.[0]
    return start === undefined ? otherwise : this.#lines.linePos(start).line
  }

  #nothing(line: number): Text {
    return { kind: 'text', text: null, rewritten: false, file: this.#file, line, tag: null }
  }
}

/** What `<<` brings in: a mapping, or several of which the first one that has a key wins. */
function mergedEntries(tree: Tree): [string, Tree][] {
  if (tree.kind === 'map') return [...tree.entries]
  return tree.kind === 'list' ? tree.items.flatMap(mergedEntries) : []
}

function textOf({ value, source, type }: Scalar): Pick<Text, 'kind' | 'text' | 'rewritten'> {
  if (value === null) return { kind: 'text', text: null, rewritten: false }
  const text = typeof value === 'string' ? value : (source ?? '')
  return { kind: 'text', text, rewritten: type === 'PLAIN' && isRewritten(text) }
}

/** What Compose's YAML reader takes for a number or date, and then writes in another way: 0123, 1_000, 1.10, 1e5. */
const rewritten = [
  /^[-+]?0[xX][\da-fA-F_]+$/,
  /^[-+]?0[bB][01_]+$/,
  /^[-+]?0[oO]?[0-7_]+$/,
  /^[-+]?\d[\d_]*$/,
  /^[-+]?\d*\.\d+([eE][-+]?\d+)?$/,
  /^[-+]?\d+\.?([eE][-+]?\d+)?$/,
  /^\d{4}-\d{1,2}-\d{1,2}([tT ].*)?$/,
]
const isRewritten = (text: string): boolean =>
  text.length <= 64 && !/^(0|-?[1-9]\d{0,17})$/.test(text) && rewritten.some((it) => it.test(text))
