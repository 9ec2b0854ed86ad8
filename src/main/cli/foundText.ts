import { describeOrigin, type Discovered, type Note } from '../discovery/discovered.ts'
import { Secret } from '../discovery/secret.ts'
import { told } from './text.ts'

/** What was found, for a terminal: each value with its source; secrets are named and never shown. */
export function foundText(found: readonly Discovered[], notes: readonly Note[]): string[] {
  const parts = found.map((one, at) => textOf(one, found.length > 1 ? `${at + 1}. ` : ''))
  const none = found.length === 0 ? ['No Readur server found.'] : []
  return [none, ...parts, ...notes.map(noteText)].flatMap((part) => (part.length > 0 ? [...part, ''] : [])).slice(0, -1)
}

function textOf({ source, settings, secrets, missing, notes }: Discovered, number: string): string[] {
  const rows = Object.entries({ ...settings, ...secrets }).map(([name, { value, origin, confidence }]) => {
    const shown = value instanceof Secret ? '(found, hidden)' : value
    const doubt = confidence === 'certain' ? '' : ` (${confidence})`
    return `  ${name.padEnd(18)} ${shown}${doubt}   ${describeOrigin(origin)}`
  })
  const questions = missing.flatMap(({ setting, question, reason, suggestions }) => {
    const offered = suggestions.flatMap(({ value }) => (value instanceof Secret ? [] : [value]))
    return [
      `  ${setting.padEnd(18)} ? ${question}`,
      ...(reason === null ? [] : [`                       ${reason}`]),
      ...(offered.length === 0 ? [] : [`                       Suggestions: ${offered.join(', ')}`]),
    ]
  })
  return [`${number}Found in ${source}:`, ...rows, ...questions, ...notes.flatMap(noteText)]
}

const noteText = ({ message, remedy }: Note): string[] =>
  told('  ', `Note: ${message}${remedy === null ? '' : ` ${remedy}`}`)
