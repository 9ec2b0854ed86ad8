import { texts } from '../../texts/texts.ts'

/** A line of a state file as a person reads it. */
export type StateLine =
  /** A single value of the file itself. */
  | { kind: 'value'; name: string; value: string }
  /** What follows belongs to this list. */
  | { kind: 'list'; name: string }
  /** One entry of the list, with a name to know it by. */
  | { kind: 'entry'; name: string; fields: [name: string, value: string][] }
  /** Something else, as it is. */
  | { kind: 'text'; text: string }

/** The lines of a part of a state file; one entry a line, as this program writes it. Brackets say nothing to people. */
export function stateLines(text: string): StateLine[] {
  return text.split('\n').flatMap((line) => lineOf(line.trim().replace(/,$/, '')))
}

function lineOf(line: string): StateLine[] {
  if (/^[{}[\]]*$/.test(line)) return []
  const list = /^("(?:[^"\\]|\\.)*"): \[\]?$/.exec(line)
  if (list?.[1] !== undefined) return [{ kind: 'list', name: wordsOf(parsed(list[1])) }]
  const value = /^("(?:[^"\\]|\\.)*"): (.+)$/.exec(line)
  if (value?.[1] !== undefined && value[2] !== undefined) return valueOf(parsed(value[1]), value[2], line)
  const entry = parsed(line)
  if (!isRecord(entry)) return [{ kind: 'text', text: line }]
  return [{ kind: 'entry', name: nameOf(entry), fields: fieldsOf(entry) }]
}

function valueOf(name: unknown, text: string, line: string): StateLine[] {
  const value = parsed(text)
  if (value === undefined) return [{ kind: 'text', text: line }]
  if (!isRecord(value)) return [{ kind: 'value', name: wordsOf(name), value: shown(value) }]
  return fieldsOf(value).map(([field, inner]) => ({ kind: 'value', name: field, value: inner }))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const wordsOf = (name: unknown): string => String(name).replaceAll('_', ' ')

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Entries are known by the file that they are about. */
function nameOf(entry: Record<string, unknown>): string {
  const path = entry.original_path ?? entry.document_id
  return typeof path === 'string' ? (path.split('/').at(-1) ?? path) : texts.record.entry
}

function fieldsOf(entry: Record<string, unknown>): [string, string][] {
  return Object.entries(entry).flatMap(([name, value]): [string, string][] => {
    if (!Array.isArray(value)) return [[wordsOf(name), shown(value)]]
    return value.map((item: unknown, index) => [`${wordsOf(name)} ${index + 1}`, shown(item)])
  })
}
