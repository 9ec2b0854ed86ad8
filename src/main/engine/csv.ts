/** What spreadsheets take for the beginning of a formula, full-width forms too, which some of them read alike. */
const formula = /[=+\-@|%＝＋－＠｜％]/u
/** What they, or those who clean a table up, leave out before it. */
const leftOut = /[\s\p{Cc}\p{Cf}"'`“”„‘’‚«»]/u
/** Where a cell begins for a spreadsheet that expects another separator than the comma, as in most of Europe. */
const separator = /[;\t\r\n]/

type Cell = string | number | null

/**
 * Rows as CSV (RFC 4180), with a head, and with the mark by which spreadsheets read UTF-8. Texts are other people's
 * words: no spreadsheet computes one of them (CSV injection, OWASP). Streams.
 */
export function* csvOf<C extends string>(
  columns: readonly C[],
  rows: Iterable<Readonly<Record<C, Cell>>>,
): Generator<string> {
  yield `\u{FEFF}${columns.join(',')}\r\n`
  for (const row of rows) yield `${columns.map((column) => cellOf(row[column])).join(',')}\r\n`
}

function cellOf(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = guarded(value)
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** With an apostrophe wherever a cell may begin that would be computed. */
function guarded(value: string): string {
  let text = ''
  let cell = ''
  let isBegun = false
  for (const sign of value) {
    if (!isBegun && formula.test(sign)) cell = `'${cell}`
    isBegun ||= formula.test(sign) || !leftOut.test(sign)
    cell += sign
    if (!separator.test(sign)) continue
    text += cell
    cell = ''
    isBegun = false
  }
  text += cell
  return /^[\t\r\n]/.test(text) ? `'${text}` : text
}
