import type { Origin } from './discovered.ts'
import { unknownMark, withoutUnknown, type Variable } from './environment.ts'

/** No setting is longer. Without a limit, values that double each other would fill the memory. */
const longest = 64 * 1024
const deepest = 20

interface Interpolated {
  text: string
  unset: readonly string[]
  assumed: boolean
  /** Where the variables that were put in come from. */
  via: readonly Origin[]
}

export type LookUp = (name: string) => Variable | undefined

/**
 * Puts variables into a text as Compose does: `$A ${A} ${A:-b} ${A-b} ${A:?b} ${A?b} ${A:+b} ${A+b}`, nested, `$$` for
 * a dollar sign. What is set nowhere becomes `unknownMark`. Null when the text is not of that form, or too large.
 */
export function interpolate(text: string, lookUp: LookUp): Interpolated | null {
  const scanner: Scanner = { text, at: 0, lookUp }
  const result = scan(scanner, 0)
  return result !== null && scanner.at === text.length ? result : null
}

interface Scanner {
  readonly text: string
  at: number
  readonly lookUp: LookUp
}

/** Reads up to the end, or up to the brace that closes the operand it stands in. */
function scan(scanner: Scanner, depth: number): Interpolated | null {
  const pieces: Interpolated[] = []
  let length = 0
  while (scanner.at < scanner.text.length) {
    if (depth > 0 && scanner.text[scanner.at] === '}') break
    const piece = next(scanner, depth)
    if (piece === null) return null
    length += piece.text.length
    if (length > longest) return null
    pieces.push(piece)
  }
  return {
    text: pieces.map((it) => it.text).join(''),
    unset: [...new Set(pieces.flatMap((it) => it.unset))],
    assumed: pieces.some((it) => it.assumed),
    via: pieces.flatMap((it) => it.via),
  }
}

const literal = (text: string): Interpolated => ({ text, unset: [], assumed: false, via: [] })
const plain = /[^$}]+|\}/y
const named = /\$([a-zA-Z_][a-zA-Z0-9_]*)/y
const braced = /\$\{([a-zA-Z_][a-zA-Z0-9_]*)(:?[-?+])?/y

function take(scanner: Scanner, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = scanner.at
  const match = pattern.exec(scanner.text)
  if (match) scanner.at = pattern.lastIndex
  return match
}

function next(scanner: Scanner, depth: number): Interpolated | null {
  const text = take(scanner, plain)
  if (text) return literal(text[0])
  if (scanner.text.startsWith('$$', scanner.at)) {
    scanner.at += 2
    return literal('$')
  }
  const name = take(scanner, named)
  if (name) return valueOf(name[1] ?? '', scanner.lookUp, name[0])
  const opening = take(scanner, braced)
  if (opening) return substitution(scanner, opening, depth)
  if (scanner.text.startsWith('${', scanner.at)) return null
  scanner.at += 1
  return literal('$')
}

function substitution(scanner: Scanner, [, name = '', operator]: RegExpExecArray, depth: number): Interpolated | null {
  if (depth >= deepest) return null
  const operand = operator === undefined ? literal('') : scan(scanner, depth + 1)
  if (operand === null || scanner.text[scanner.at] !== '}') return null
  scanner.at += 1

  const value = scanner.lookUp(name)
  const isSet = value !== undefined && (!operator?.startsWith(':') || withoutUnknown(value.text) !== '')
  if (operator?.endsWith('+')) return isSet ? operand : literal('')
  if (isSet) return valueOf(name, scanner.lookUp)
  if (operator?.endsWith('-')) return { ...operand, assumed: true }
  return unknown(name)
}

const unknown = (name: string): Interpolated => ({ text: unknownMark, unset: [name], assumed: false, via: [] })

function valueOf(name: string, lookUp: LookUp, written = name): Interpolated {
  const found = lookUp(name)
  if (found === undefined) return unknown(written)
  return { text: found.text, unset: found.unset, assumed: found.assumed, via: [found.origin] }
}
