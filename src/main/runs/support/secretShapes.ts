import type { Range } from './knownSecrets.ts'

/** Names of settings whose values are secret, as whole words or within others. */
const secretName =
  /passw(or)?d|passphrase|(^|[_.-])pass($|[_.-])|pwd|secret|token|credential|private[_-]?key|api[_-]?key|access[_-]?key/i
/** Of headers whose whole value is secret, and of parameters that signed addresses have. */
const secretHeader = /^(proxy-)?authorization$|^(set-)?cookie$/i
const signature = /^(x-amz-)?signature$|^x-amz-(security-token|credential)$/i
const scheme = /^(bearer|basic)$/i

const words = /[\w.-]+/g
const blanks = /[ \t]*/y
const afterName = /[\\"'`\])]{0,12}/y
const operator = /[ \t]*(?:=>|:=|[=:>])[ \t]*/y
const opening = /(?:[eEnNbBrR]|[uU]&)?(\\{0,15})(["'`])/y
const bare = /[^\s"'`,;&}<>)\]]*/y
const credential = /[A-Za-z0-9._~+/=-]{6,}/y
const plainValue = /(?:null|true|false|none)(?![\w.-])/iy
const plainNumber = /\d+(?![\w.-])/y
const keyBlock = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g
const keyEnd = 'PRIVATE KEY-----'

/** Blocks of private keys, or what is there of them. */
export function keyBlocksIn(text: string): Range[] {
  const ranges: Range[] = []
  keyBlock.lastIndex = 0
  for (let match = keyBlock.exec(text); match; match = keyBlock.exec(text)) {
    const end = text.indexOf(keyEnd, keyBlock.lastIndex)
    const to = end === -1 ? text.length : end + keyEnd.length
    ranges.push([match.index, to])
    keyBlock.lastIndex = to
  }
  return ranges
}

/**
 * What looks like a secret in one line, whatever it is: values of names like PASSWORD, headers, signatures, tokens,
 * passwords in addresses. What is taken for a value is not looked at again, so that each sign costs the same; `steps`
 * says how many were looked at.
 */
export function secretShapesIn(line: string): { ranges: Range[]; steps: number } {
  const scan = new LineScan(line)
  return { ranges: [...scan.passwordsOfAddresses(), ...scan.values()], steps: scan.steps }
}

interface Word {
  text: string
  from: number
  to: number
}

class LineScan {
  readonly #line: string
  steps = 0

  constructor(line: string) {
    this.#line = line
  }

  *values(): Generator<Range> {
    for (let at = 0; ;) {
      words.lastIndex = at
      const match = words.exec(this.#line)
      const to = match ? words.lastIndex : this.#line.length
      this.steps += to - at
      if (!match) return
      const word = { text: match[0], from: match.index, to }
      const range = this.#valueOf(word) ?? webTokenIn(word)
      if (range) yield range
      at = Math.max(to, range?.[1] ?? 0)
    }
  }

  /** `scheme://user:password@host`: from the colon to the last `@` before whatever ends the address. */
  *passwordsOfAddresses(): Generator<Range> {
    const line = this.#line
    const start = /:\\{0,15}\/\\{0,15}\//g
    this.steps += line.length
    for (let match = start.exec(line); match;) {
      const from = start.lastIndex
      const next = start.exec(line)
      const upto = line.slice(from, next?.index ?? line.length)
      this.steps += upto.length
      const [address = ''] = upto.split(/[\s"'<>]/, 1)
      const colon = address.search(/[:/@]/)
      const host = address.lastIndexOf('@')
      if (address[colon] === ':' && host > colon + 1) yield [from + colon + 1, from + host]
      match = next
    }
  }

  #valueOf(word: Word): Range | null {
    const { text } = word
    if (scheme.test(text)) {
      const at = this.#endOf(blanks, word.to)
      return at === word.to ? null : rangeOf(at, this.#endOf(credential, at))
    }
    if (secretHeader.test(text)) return this.#valueAfter(word, /[^\r\n"']*/y)
    return signature.test(text) || secretName.test(text) ? this.#valueAfter(word, bare) : null
  }

  /** The value that a name is given; `unquoted`: how far it goes without quotes. */
  #valueAfter(word: Word, unquoted: RegExp): Range | null {
    const line = this.#line
    const closed = this.#endOf(afterName, word.to)
    const at = this.#endOf(operator, closed)
    if (at === closed) return this.#valueWithoutOperator(word, closed)
    const sign = line.slice(closed, at).trim()
    if (sign === '>') return line[word.from - 1] === '<' ? rangeOf(at, this.#endOf(/[^<]*/y, at)) : null
    const inQuotes = this.#quotedAt(at)
    if (inQuotes) return inQuotes
    if (line[at] === '{' || line[at] === '[') return null
    if (this.#endOf(plainValue, at) > at || (sign === ':' && this.#endOf(plainNumber, at) > at)) return null
    return rangeOf(at, this.#endOf(closed === word.to ? this.#reach(word, unquoted) : unquoted, at))
  }

  /** `--password x`, and SQL’s `PASSWORD 'x'`. */
  #valueWithoutOperator({ text }: Word, closed: number): Range | null {
    const at = this.#endOf(blanks, closed)
    if (at === closed) return null
    const inQuotes = this.#quotedAt(at)
    if (inQuotes) return inQuotes
    return text.startsWith('-') && this.#line[at] !== '-' ? rangeOf(at, this.#endOf(/[^\s"]*/y, at)) : null
  }

  /** At the beginning of a line, and in quotes that hold name and value, a value goes on to their end. */
  #reach({ from }: Word, unquoted: RegExp): RegExp {
    const before = this.#line[from - 1]
    if (before === '"') return /(?:[^"\\]|\\[^"])*/y
    if (before === "'") return /[^']*/y
    const isBeginning = from <= 20 && /^\s*(?:-\s+|export\s+|set\s+)?$/.test(this.#line.slice(0, from))
    return isBeginning ? /(?:\S|[ \t]+(?=[^#\s]))*/y : unquoted
  }

  /** What stands in quotes at a place, however often they are escaped; as far as it may go where they are not closed. */
  #quotedAt(at: number): Range | null {
    opening.lastIndex = at
    const match = opening.exec(this.#line)
    if (!match) return null
    const [, escapes = '', quote = ''] = match
    const from = opening.lastIndex
    let to = this.#closingQuote(from, quote, escapes.length)
    while (escapes === '') {
      // SQL doubles quotes, and a shell joins what touches: 'it'\''s'.
      const isDoubled = this.#line.startsWith(quote, to + 1)
      if (!isDoubled && !this.#line.startsWith(`\\''`, to + 1)) break
      to = this.#closingQuote(to + (isDoubled ? 2 : 4), quote, 0)
    }
    return rangeOf(from, to)
  }

  /**
   * Where the quote is closed: by one with as many backslashes before it as the opening one has, but for pairs of those
   * that stand for themselves. One with fewer closes what is around it, too.
   */
  #closingQuote(from: number, quote: string, escapes: number): number {
    const line = this.#line
    let before = 0
    for (let at = from; at < line.length; at += 1) {
      this.steps += 1
      const sign = line[at]
      if (sign === quote && (before < escapes || before % (2 * (escapes + 1)) === escapes)) {
        return at - Math.min(before, escapes)
      }
      before = sign === '\\' ? before + 1 : 0
    }
    const outer = quote === '"' ? -1 : line.indexOf('"', from)
    return outer === -1 ? line.length : outer
  }

  #endOf(pattern: RegExp, at: number): number {
    pattern.lastIndex = at
    const end = pattern.test(this.#line) ? pattern.lastIndex : at
    this.steps += 1 + end - at
    return end
  }
}

const rangeOf = (from: number, to: number): Range | null => (to > from ? [from, to] : null)

/** Three parts of base64, the first a JSON object. */
function webTokenIn({ text, from, to }: Word): Range | null {
  const at = text.indexOf('eyJ')
  if (at === -1) return null
  const [head = '', body = '', rest] = text.slice(at).split('.', 3)
  return head.length >= 11 && body.length >= 8 && rest !== undefined ? [from + at, to] : null
}
