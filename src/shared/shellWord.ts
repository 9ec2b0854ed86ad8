/**
 * One word that stands for exactly this text in POSIX shells, and in fish and tcsh too as long as there is no control
 * character in it: a backslash and an exclamation mark are read alike by all of them only outside of quotes.
 */
export function quoted(text: string): string {
  if (/^[\w@+:,./-][\w@%+=:,./-]*$/.test(text)) return text
  const parts = text.match(/['\\!]|[^'\\!]+/g) ?? ['']
  return parts.map((part) => (/['\\!]/.test(part) ? `\\${part}` : `'${part}'`)).join('')
}
