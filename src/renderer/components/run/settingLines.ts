import { errorCatalogue } from '../../../shared/errors.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { texts } from '../../texts/texts.ts'
import { formatBytes, formatRate } from '../../format/bytes.ts'
import { formatNumber } from '../../format/number.ts'
import { formatMoment } from '../../format/time.ts'
import type { UndoSelection } from '../../../shared/run.ts'

const yes = (value: boolean) => (value ? texts.result.yes : texts.result.no)

/** The options of a run as pairs of name and value: first what it was about, then how it was done. */
export function settingLines(
  details: Pick<RunDetails, 'planOptions' | 'options' | 'rollbackOptions' | 'timeline'>,
): [name: string, value: string][] {
  const { planOptions, options, rollbackOptions, timeline } = details
  // The switch itself runs without that option.
  const wasCopied = timeline.some((event) => event.what === 'ended' && event.status === 'copied')
  const lines: [string, string][] = []
  if (planOptions.userId !== undefined) lines.push([texts.result.oneUsersDocuments, planOptions.userId])
  if (planOptions.documentIds)
    lines.push([texts.result.selectedDocuments, formatNumber(planOptions.documentIds.length)])
  if (planOptions.part) lines.push(...partLines(planOptions.part))
  if (planOptions.limit !== undefined) lines.push([texts.result.limit, texts.result.limitOf(planOptions.limit)])
  if (planOptions.delta === true) lines.push([texts.result.newDocumentsOnly, texts.result.yes])
  if (planOptions.of) {
    const { state, code } = planOptions.of
    lines.push([
      texts.result.onlyDocumentsThat,
      state === 'failed' ? texts.result.failedBefore : texts.result.wereRolledBack,
    ])
    if (code) lines.push([texts.result.cause, errorCatalogue[code].title])
  }
  if (options) {
    lines.push(
      [texts.result.filesInParallel, formatNumber(options.parallelUploads)],
      [
        texts.result.bandwidth,
        options.bytesPerSecond === null ? texts.result.noLimit : formatRate(options.bytesPerSecond),
      ],
      [texts.result.uploadInPartsAbove, formatBytes(options.multipartThreshold)],
      [texts.result.batchSize, formatNumber(options.batchSize)],
      [texts.result.verification, options.verify === 'head' ? texts.result.checksum : texts.result.download],
      [texts.result.copyNowSwitchLater, yes(options.copyOnly || wasCopied)],
      [texts.result.rollBackOnFailure, yes(options.enableRollback)],
    )
  }
  if (rollbackOptions) {
    lines.push(
      [texts.result.keepS3Copies, yes(rollbackOptions.keepObjects)],
      [texts.result.skipFilesThatChanged, yes(rollbackOptions.force)],
    )
  }
  return lines
}

/** What of another run a rollback was about. */
function partLines({ userIds, documentIds, folder, from, before }: UndoSelection): [name: string, value: string][] {
  return [
    ...(userIds ? ([[texts.result.people, formatNumber(userIds.length)]] as const) : []),
    ...(documentIds ? ([[texts.result.selectedDocuments, formatNumber(documentIds.length)]] as const) : []),
    ...(folder === undefined ? [] : ([[texts.result.folder, folder]] as const)),
    ...(from === undefined ? [] : ([[texts.result.changedFrom, formatMoment(from)]] as const)),
    ...(before === undefined ? [] : ([[texts.result.changedBefore, formatMoment(before)]] as const)),
  ].map(([name, value]) => [name, value])
}
