import { errorCatalogue } from '../../shared/errors.ts'
import type { RunDetails } from '../../shared/run.ts'
import { formatBytes, formatRate } from './bytes.ts'
import { formatNumber } from './number.ts'

const yes = (value: boolean) => (value ? 'Yes' : 'No')

/** The options of a run as pairs of name and value: first what it was about, then how it was done. */
export function settingLines(
  details: Pick<RunDetails, 'planOptions' | 'options' | 'rollbackOptions' | 'kind'>,
  locale?: string,
): [name: string, value: string][] {
  const { planOptions, options, rollbackOptions } = details
  const lines: [string, string][] = []
  if (planOptions.userId !== undefined) lines.push(['Only user', planOptions.userId])
  if (planOptions.documentIds)
    lines.push(['Only chosen documents', formatNumber(planOptions.documentIds.length, locale)])
  if (planOptions.limit !== undefined) lines.push(['At most', `${formatNumber(planOptions.limit, locale)} documents`])
  if (planOptions.delta === true) lines.push(['Only new ones', 'Yes'])
  if (planOptions.of) {
    const { state, code } = planOptions.of
    lines.push(['Only what', state === 'failed' ? 'failed before' : 'was rolled back'])
    if (code) lines.push(['Cause', errorCatalogue[code].title])
  }
  if (options) {
    lines.push(
      ['Files in parallel', formatNumber(options.parallelUploads, locale)],
      ['Bandwidth', options.bytesPerSecond === null ? 'No limit' : formatRate(options.bytesPerSecond, locale)],
      ['In parts above', formatBytes(options.multipartThreshold, locale)],
      ['Rows per batch', formatNumber(options.batchSize, locale)],
      ['Verification', options.verify === 'head' ? 'Checksum' : 'Read back'],
      ['Copy now, switch later', yes(options.copyOnly)],
      ['Roll back on failure', yes(options.enableRollback)],
    )
  }
  if (rollbackOptions) {
    lines.push(['Keep objects', yes(rollbackOptions.keepObjects)], ['Carry on', yes(rollbackOptions.force)])
  }
  return lines
}
