import { errorCatalogue, type ErrorData } from '../../shared/errors.ts'
import type { DriftGroup, ProblemExample, ProblemGroup } from '../../shared/run.ts'
import { formatCount } from './number.ts'

/** An error as text for a mail or a bug report. */
export function errorText(error: ErrorData): string {
  const lines = [`${error.title} (${error.code})`, error.message]
  if (error.subject) lines.push(`Subject: ${error.subject}`)
  lines.push(...error.causes.map((cause) => `Cause: ${cause}`))
  lines.push(`Usual cause: ${errorCatalogue[error.code].cause}`, `Remedy: ${error.remedy}`)
  return lines.join('\n')
}

/** A group of problems with its examples as text. */
export function problemText(group: ProblemGroup): string {
  return [headOf(group), `Remedy: ${group.remedy}`, ...group.examples.map(exampleText)].join('\n')
}

/** Differences of one kind with examples as text. */
export function driftText(group: DriftGroup): string {
  return [headOf(group), ...group.examples.map(exampleText)].join('\n')
}

const headOf = ({ title, code, count }: Pick<ProblemGroup, 'title' | 'code' | 'count'>): string =>
  `${title} (${code}): ${formatCount(count, 'file')}`

const exampleText = ({ documentId, filename, path, message }: ProblemExample): string =>
  [filename, path, documentId, message].filter(Boolean).join('\t')
