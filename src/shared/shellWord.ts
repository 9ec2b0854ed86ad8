import { isPlain, withEscapes } from './plainText.ts'

/**
 * One word that stands for exactly this text in POSIX shells, and in fish and tcsh too as long as there is no control
 * character in it: a backslash and an exclamation mark are read alike by all of them only outside of quotes.
 */
export function quoted(text: string): string {
  if (/^[\w@+:,./-][\w@%+=:,./-]*$/.test(text)) return text
  const parts = text.match(/['\\!]|[^'\\!]+/g) ?? ['']
  return parts.map((part) => (/['\\!]/.test(part) ? `\\${part}` : `'${part}'`)).join('')
}

/**
 * The same for a command that somebody reads and copies. A word with a sign that cannot be seen is written with escapes
 * for bash, zsh and BusyBox; in other shells it stands for another word or for none, and nothing in it runs.
 */
export function copyable(text: string): string {
  if (isPlain(text)) return quoted(text)
  const octal = (code: number): string =>
    Array.from(
      new TextEncoder().encode(String.fromCodePoint(code)),
      (byte) => `\\${byte.toString(8).padStart(3, '0')}`,
    ).join('')
  // To a shell that does not know $'…', a quotation mark in it would end the word, and what follows would run.
  const inside = text.replace(/\\/g, '\\\\').replace(/'/g, '\\047')
  return `$'${withEscapes(inside, octal)}'`
}
