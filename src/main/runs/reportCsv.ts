import { itemPage } from '../engine/journal/items.ts'
import type { RunStore } from '../engine/journal/runStore.ts'

const columns = ['seq', 'kind', 'documentId', 'filename', 'path', 'key', 'size', 'state', 'code', 'message'] as const

/** One line a file, in the order of the plan (RFC 4180). Holds a page of them at a time. */
export function* csvReport(store: RunStore): Generator<string> {
  // With it, spreadsheets read the names as UTF-8.
  yield `\uFEFF${columns.join(',')}\r\n`
  for (let after: number | null = 0; after !== null;) {
    const page: ReturnType<typeof itemPage> = itemPage(store, { after, limit: 500 })
    for (const item of page.items) yield `${columns.map((column) => cell(item[column])).join(',')}\r\n`
    after = page.next
  }
}

/** File names are other people's words: one that a spreadsheet would take for a formula is quoted as text. */
function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
