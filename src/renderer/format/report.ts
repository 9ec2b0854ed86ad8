import type { ErrorData } from '../../shared/errors.ts'
import type { ProblemGroup } from '../../shared/run.ts'
import { formatCount } from './number.ts'

/** An error as text for a mail or a bug report. */
export function errorText(error: ErrorData): string {
  const lines = [`${error.title} (${error.code})`, error.message]
  if (error.subject) lines.push(`Subject: ${error.subject}`)
  lines.push(`Remedy: ${error.remedy}`, ...error.causes.map((cause) => `Cause: ${cause}`))
  return lines.join('\n')
}

/** A group of problems with its examples as text. */
export function problemText(group: ProblemGroup): string {
  return [
    `${group.title} (${group.code}): ${formatCount(group.count, 'file')}`,
    `Remedy: ${group.remedy}`,
    ...group.examples.map(({ documentId, filename, path, message }) =>
      [filename, path, documentId, message].filter(Boolean).join('\t'),
    ),
  ].join('\n')
}
