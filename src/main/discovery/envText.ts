import type { Origin } from './discovered.ts'
import { variable, type Environment, type Variable } from './environment.ts'
import { interpolate, type LookUp } from './interpolate.ts'

/** Larger files are no settings. */
export const largestText = 1024 ** 2
const mostVariables = 5000

interface EnvText {
  variables: Environment
  /** Lines that are not of the form, which Compose would refuse. */
  badLines: readonly number[]
}

const entry = /[ \t]*(?:export[ \t]+)?([a-zA-Z_][\w.-]*)[ \t]*(?:=|:(?=[ \t]))/y
const nameAlone = /[ \t]*(?:export[ \t]+)?([a-zA-Z_][\w.-]*)[ \t]*(?:\n|$)/y
const nothing = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y
const openingQuote = /[ \t]*(["'])/y
const restOfLine = /[^\n]*(?:\n|$)/y

/**
 * Variables of a text in `.env` form, read as Compose reads it: `#` starts a comment only after a blank, single quotes
 * keep all as it is, elsewhere variables are put in. The package dotenv would not do: it cuts a value at any `#`, and does
 * not say how a value was quoted or where it stood.
 */
export function parseEnvText(source: string, file: string | undefined, outer: LookUp = () => undefined): EnvText {
  const reader = new Reader(source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'))
  const variables = new Map<string, Variable>()
  const badLines: number[] = []
  const lookUp: LookUp = (name) => outer(name) ?? variables.get(name)

  while (!reader.ended && variables.size < mostVariables) {
    if (reader.take(nothing)) continue
    const { line } = reader
    const inherited = reader.take(nameAlone)?.[1]
    if (inherited !== undefined) {
      const value = outer(inherited)
      if (value) variables.set(inherited, value)
      continue
    }
    const name = reader.take(entry)?.[1]
    const value = name === undefined ? null : takeValue(reader)
    const rest = reader.take(restOfLine)?.[0] ?? ''
    if (name === undefined || value === null || !/^\s*(#.*)?$/.test(rest)) badLines.push(line)
    if (name !== undefined && value !== null) {
      const origin = { ...(file !== undefined && { file }), line, variable: name }
      variables.set(name, asVariable(value, origin, lookUp))
    }
  }
  return { variables, badLines }
}

class Reader {
  readonly #text: string
  #at = 0
  line = 1

  constructor(text: string) {
    this.#text = text
  }

  get ended(): boolean {
    return this.#at >= this.#text.length
  }

  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match) this.#moveTo(pattern.lastIndex)
    return match
  }

  /** What lies before the next such quote without a backslash, and the quote; null when there is none. */
  takeTo(quote: string): string | null {
    for (let end = this.#at; end < this.#text.length; end++) {
      if (this.#text[end] === '\\') end++
      else if (this.#text[end] === quote) {
        const inside = this.#text.slice(this.#at, end)
        this.#moveTo(end + 1)
        return inside
      }
    }
    return null
  }

  #moveTo(end: number): void {
    this.line += this.#text.slice(this.#at, end).split('\n').length - 1
    this.#at = end
  }
}

interface Value {
  text: string
  literal: boolean
}

const unquoted = /[^\n]*/y

/** Null when its quote is not closed. */
function takeValue(reader: Reader): Value | null {
  const quote = reader.take(openingQuote)?.[1]
  if (quote === undefined) {
    const raw = reader.take(unquoted)?.[0] ?? ''
    return { text: raw.replace(/[ \t]#.*$/, '').trim(), literal: false }
  }
  const inside = reader.takeTo(quote)
  if (inside === null) return null
  if (quote === "'") return { text: inside.replaceAll("\\'", "'"), literal: true }
  return { text: unescape(inside), literal: false }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' }
const unescape = (text: string): string =>
  text.replace(/\\([nrt"\\$])/g, (whole, sign: string) => escapes[sign] ?? whole)

function asVariable({ text, literal }: Value, origin: Origin, lookUp: LookUp): Variable {
  const filled = literal ? null : interpolate(text, lookUp)
  if (filled === null) return variable(text, origin)
  const { via, ...rest } = filled
  return { ...rest, origin: via.length === 0 ? origin : { ...origin, via }, rewritten: false }
}
