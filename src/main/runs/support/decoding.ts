/**
 * Signs of a text as they are meant, each with the place in the text that it stands for: `codes[i]` is written at
 * `from[i]` to `to[i]`, be it one sign or an escape of many.
 */
export interface Layer {
  length: number
  codes: Uint16Array
  from: Int32Array
  to: Int32Array
}

const empty = (room: number): Layer => ({
  length: 0,
  codes: new Uint16Array(room),
  from: new Int32Array(room),
  to: new Int32Array(room),
})

function add(layer: Layer, code: number, from: number, to: number): void {
  const at = layer.length
  layer.codes[at] = code
  layer.from[at] = from
  layer.to[at] = to
  layer.length = at + 1
}

export function layerOf(text: string): Layer {
  const layer = empty(text.length)
  for (let at = 0; at < text.length; at += 1) add(layer, text.charCodeAt(at), at, at + 1)
  return layer
}

export const textOf = ({ codes, length }: Layer): string => {
  let text = ''
  for (let at = 0; at < length; at += 8_192) {
    text += String.fromCharCode(...codes.subarray(at, Math.min(length, at + 8_192)))
  }
  return text
}

const code = (sign: string): number => sign.charCodeAt(0)
const [backslash, percent, ampersand, semicolon, hash] = [code('\\'), code('%'), code('&'), code(';'), code('#')]
const [smallX, smallU, lineFeed, carriageReturn] = [code('x'), code('u'), code('\n'), code('\r')]

/** C, JSON, shells, Go, Python, JavaScript. */
const controls = new Map(Array.from('nrtbfva0', (sign, at) => [code(sign), code('\n\r\t\b\f\v\u0007\0'[at] ?? '')]))
const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['sol', '/'],
  ['plus', '+'],
  ['equals', '='],
  ['colon', ':'],
  ['commat', '@'],
])
const longestEntity = 9

const valueOf = (digit: number): number =>
  digit >= 48 && digit <= 57
    ? digit - 48
    : digit >= 65 && digit <= 70
      ? digit - 55
      : digit >= 97 && digit <= 102
        ? digit - 87
        : 99

/** A number of `count` digits at a place; -1 when there is none. */
function numberAt({ codes, length }: Layer, at: number, count: number, base: 8 | 16): number {
  if (at + count > length) return -1
  let number = 0
  for (let i = at; i < at + count; i += 1) {
    const value = valueOf(codes[i] ?? 0)
    if (value >= base) return -1
    number = number * base + value
  }
  return number
}

interface Escape {
  /** Of signs of the layer. */
  length: number
  /** A byte, which may be a part of a sign; or code units. */
  byte?: number
  units?: string
}

/**
 * The layer with one level of escapes taken off: of addresses, JSON, C, shells, and HTML, whichever stand there; null
 * when there are none. Looks at each sign a bounded number of times.
 */
export function decoded(layer: Layer): Layer | null {
  const result = empty(layer.length)
  const bytes: { byte: number; from: number; to: number }[] = []
  let isChanged = false
  const flush = (): void => {
    for (let at = 0; at < bytes.length;) at += addSign(result, bytes, at)
    bytes.length = 0
  }
  for (let at = 0; at < layer.length;) {
    const escape = escapeAt(layer, at)
    const from = layer.from[at] ?? 0
    const last = at + (escape?.length ?? 1) - 1
    const to = layer.to[last] ?? 0
    if (escape?.byte !== undefined) bytes.push({ byte: escape.byte, from, to })
    else {
      flush()
      if (escape === null) add(result, layer.codes[at] ?? 0, from, to)
      else
        for (let i = 0; i < (escape.units?.length ?? 0); i += 1) add(result, escape.units?.charCodeAt(i) ?? 0, from, to)
    }
    if (escape !== null) isChanged = true
    at = last + 1
  }
  flush()
  return isChanged ? result : null
}

/** UTF-8 where it is some, else Latin 1. Returns how many bytes it took. */
function addSign(layer: Layer, bytes: readonly { byte: number; from: number; to: number }[], at: number): number {
  const lead = bytes[at]
  if (!lead) return 1
  const count = lead.byte >= 0xf0 ? 4 : lead.byte >= 0xe0 ? 3 : lead.byte >= 0xc2 ? 2 : 1
  const some = bytes.slice(at, at + count)
  const isSign = count > 1 && some.length === count && some.slice(1).every(({ byte }) => (byte & 0xc0) === 0x80)
  if (!isSign) {
    add(layer, lead.byte, lead.from, lead.to)
    return 1
  }
  const text = Buffer.from(some.map(({ byte }) => byte)).toString('utf8')
  for (let i = 0; i < text.length; i += 1) add(layer, text.charCodeAt(i), lead.from, some.at(-1)?.to ?? lead.to)
  return count
}

function escapeAt(layer: Layer, at: number): Escape | null {
  const sign = layer.codes[at]
  if (sign === backslash) return backslashAt(layer, at)
  if (sign === ampersand) return entityAt(layer, at)
  if (sign !== percent) return null
  const byte = numberAt(layer, at + 1, 2, 16)
  return byte < 0 ? null : { length: 3, byte }
}

function backslashAt(layer: Layer, at: number): Escape | null {
  const next = layer.codes[at + 1]
  if (at + 1 >= layer.length || next === undefined) return null
  if (next === smallX) {
    const byte = numberAt(layer, at + 2, 2, 16)
    if (byte >= 0) return { length: 4, byte }
  }
  if (next === smallU) {
    const unit = numberAt(layer, at + 2, 4, 16)
    if (unit >= 0) return { length: 6, units: String.fromCharCode(unit) }
  }
  const octal = numberAt(layer, at + 1, 3, 8)
  if (octal >= 0 && octal < 256) return { length: 4, byte: octal }
  if (next === lineFeed || next === carriageReturn) return { length: 2, units: '' }
  const control = controls.get(next)
  if (control !== undefined) return { length: 2, units: String.fromCharCode(control) }
  const isLetter = (next >= 48 && next <= 57) || (next >= 65 && next <= 90) || (next >= 97 && next <= 122)
  return isLetter || next > 126 ? null : { length: 2, units: String.fromCharCode(next) }
}

function entityAt({ codes, length }: Layer, at: number): Escape | null {
  let name = ''
  let end = at + 1
  while (end < length && end - at <= longestEntity && codes[end] !== semicolon)
    name += String.fromCharCode(codes[end++] ?? 0)
  if (codes[end] !== semicolon || end >= length) return null
  const size = end - at + 1
  if (codes[at + 1] !== hash) {
    const units = entities.get(name.toLowerCase())
    return units === undefined ? null : { length: size, units }
  }
  const [, digits, hex] = /^#(?:(\d{1,7})|x([\da-f]{1,6}))$/i.exec(name) ?? []
  const number = digits !== undefined ? Number(digits) : hex !== undefined ? Number.parseInt(hex, 16) : Number.NaN
  return number <= 0x10ffff ? { length: size, units: String.fromCodePoint(number) } : null
}
