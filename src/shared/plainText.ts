/**
 * What a terminal or a page obeys, or shows nothing of: control characters (line breaks and tabs among them), marks of
 * the writing direction, what has no width, halves of characters.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f|\u17b4|\u17b5|[\u180b-\u180f]/gu

/** The text with an escape in place of each sign that is obeyed or not seen. */
export const withEscapes = (text: string, escape: (code: number) => string): string =>
  text.replace(unseen, (sign) => escape(sign.codePointAt(0) ?? 0))

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0')

const names: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r' }

/** A text from anywhere as one line that shows all of it: what would be obeyed or not be seen stands there as an escape. */
export const plainLine = (text: string): string =>
  withEscapes(text, (code) => {
    if (code > 0xffff) return `\\u{${hex(code, 4)}}`
    return names[code] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
  })

/** Whether a text is exactly what is seen of it. */
export const isPlain = (text: string): boolean => text.search(unseen) === -1

/** The beginning of a text, and how much more there is. */
export function capped(text: string, most: number): string {
  if (text.length <= most) return text
  // Not between the halves of one character.
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most
  return `${text.slice(0, end)}… (${(text.length - end).toLocaleString('en')} more characters)`
}

/** JSON in which nothing that a terminal would obey stands as it is. It reads back as the same value. */
export const plainJson = (value: unknown): string =>
  withEscapes(JSON.stringify(value), (code) =>
    Array.from(String.fromCodePoint(code).split(''), (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`).join(''),
  )
