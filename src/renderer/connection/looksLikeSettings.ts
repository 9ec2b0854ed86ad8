/** More than one line of settings, or a database address: nothing that belongs into a single field. */
export function looksLikeSettings(text: string): boolean {
  if (/^\s*postgres(ql)?:\/\/\S+\s*$/i.test(text)) return true
  if (/^\s*services\s*:/m.test(text)) return true
  return text.split('\n').filter((line) => /^\s*(export\s+)?[A-Z][A-Z0-9_]*\s*=/.test(line)).length > 1
}
