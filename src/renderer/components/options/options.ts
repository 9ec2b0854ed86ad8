import { type MigrateOptions, optionLimits, type VerifyLevel } from '../../../shared/run.ts'
import { parseSize, sizeText } from '../../../shared/units.ts'
import { formatBytes } from '../../format/bytes.ts'
import { texts } from '../../texts/texts.ts'

/** The options as they stand in the form, valid or not. */
export interface OptionsDraft {
  parallelUploads: number | string
  multipartThreshold: string
  batchSize: number | string
  /** `5MB`; empty: no limit. */
  bandwidth: string
  verify: VerifyLevel
  enableRollback: boolean
  copyOnly: boolean
}

/** What is wrong with a draft, field by field. */
export type OptionErrors = Partial<Record<keyof OptionsDraft, string>>

/** Options as the form has them. */
export function draftOf({ multipartThreshold, bytesPerSecond, ...options }: MigrateOptions): OptionsDraft {
  return {
    ...options,
    multipartThreshold: sizeText(multipartThreshold),
    bandwidth: bytesPerSecond === null ? '' : sizeText(bytesPerSecond),
  }
}

/** Options from a draft, or what is wrong with it: the same limits as on the command line. */
export function parseOptions(
  draft: OptionsDraft,
): { ok: true; options: MigrateOptions } | { ok: false; errors: OptionErrors } {
  const errors: OptionErrors = {}
  const parallelUploads = whole(draft.parallelUploads, optionLimits.parallelUploads)
  const batchSize = whole(draft.batchSize, optionLimits.batchSize)
  const bytesPerSecond = parseBandwidth(draft.bandwidth)
  const multipartThreshold = parseSize(draft.multipartThreshold)
  const { min, max } = optionLimits.multipartThreshold

  if (parallelUploads === null) errors.parallelUploads = wholeError(optionLimits.parallelUploads)
  if (batchSize === null) errors.batchSize = wholeError(optionLimits.batchSize)
  if (multipartThreshold === null) errors.multipartThreshold = texts.plan.sizeInvalid
  else if (multipartThreshold < min || multipartThreshold > max)
    errors.multipartThreshold = texts.plan.sizeBetween({ min: formatBytes(min), max: formatBytes(max) })

  if (bytesPerSecond === undefined) errors.bandwidth = bandwidthError

  if (
    parallelUploads === null ||
    batchSize === null ||
    multipartThreshold === null ||
    bytesPerSecond === undefined ||
    errors.multipartThreshold
  )
    return { ok: false, errors }
  const { verify, enableRollback, copyOnly } = draft
  return {
    ok: true,
    options: {
      parallelUploads,
      batchSize,
      multipartThreshold,
      bytesPerSecond,
      verify,
      enableRollback,
      copyOnly,
      canary: false,
    },
  }
}

/** Bytes a second of a text; null where there is to be no limit, undefined when it cannot be used. */
export function parseBandwidth(text: string): number | null | undefined {
  if (text.trim() === '') return null
  const bytes = parseSize(text.replace(/\s*\/\s*s\s*$/i, ''))
  const { min, max } = optionLimits.bytesPerSecond
  return bytes !== null && bytes >= min && bytes <= max ? bytes : undefined
}

export const bandwidthError = texts.plan.rateFrom(formatBytes(optionLimits.bytesPerSecond.min))

interface Limits {
  min: number
  max: number
}

function whole(value: number | string, { min, max }: Limits): number | null {
  const number = typeof value === 'number' ? value : value.trim() === '' ? NaN : Number(value)
  return Number.isInteger(number) && number >= min && number <= max ? number : null
}

const wholeError = ({ min, max }: Limits) => texts.plan.numberBetween({ min, max })
