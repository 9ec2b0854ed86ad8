import { isPlain, withEscapes } from './plainText.ts'

/**
 * A text as a literal of PostgreSQL that stands for exactly it, on one line, with nothing in it that a terminal would
 * obey: an escape string where there is such a sign.
 */
export function sqlText(text: string): string {
  const quoted = text.replaceAll("'", "''")
  if (isPlain(text)) return `'${quoted}'`
  const digits = (code: number): string =>
    code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  return `E'${withEscapes(quoted.replaceAll('\\', '\\\\'), digits)}'`
}
