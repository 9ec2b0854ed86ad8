import { errorCatalogue, type ErrorData } from '../../shared/errors.ts'
import type { DriftGroup, ProblemExample, ProblemGroup } from '../../shared/run.ts'
import { texts } from '../texts/texts.ts'

/** An error as text for a mail or a bug report. */
export function errorText(error: ErrorData): string {
  const lines = [`${error.title} (${error.code})`, error.message]
  if (error.subject) lines.push(texts.components.subject(error.subject))
  lines.push(...error.causes.map((cause) => texts.components.cause(cause)))
  lines.push(texts.components.usualCause(errorCatalogue[error.code].cause), texts.components.remedy(error.remedy))
  return lines.join('\n')
}

/** A group of problems with its examples as text. */
export function problemText(group: ProblemGroup): string {
  return [headOf(group), texts.components.remedy(group.remedy), ...group.examples.map(exampleText)].join('\n')
}

/** Differences of one kind with examples as text. */
export function driftText(group: DriftGroup): string {
  return [headOf(group), ...group.examples.map(exampleText)].join('\n')
}

/** An order that is refused tells so twice: as its answer, and as the end of what it began. */
export const isSameError = (one: ErrorData, other: ErrorData | null): boolean =>
  one.code === other?.code && one.message === other.message

const headOf = ({ title, code, count }: Pick<ProblemGroup, 'title' | 'code' | 'count'>): string =>
  `${title} (${code}): ${texts.nouns.file(count)}`

const exampleText = ({ documentId, filename, path, message }: ProblemExample): string =>
  [filename, path, documentId, message].filter(Boolean).join('\t')
