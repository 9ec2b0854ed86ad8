/** Whether `*` and `?` of a pattern, as OpenSSH has them, cover the text. */
export function matchesPattern(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source}$`, 's').test(text)
}

/** Whether a list of patterns covers the text. One that begins with `!` and covers it decides against it. */
export function matchesPatternList(patterns: readonly string[], text: string): boolean {
  let covered = false
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!')
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, text)) continue
    if (negated) return false
    covered = true
  }
  return covered
}
