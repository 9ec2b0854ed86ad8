import { isErrorCode } from '../../../shared/errors.ts'
import { lineStates, type PlanFilter } from '../../../shared/planTable.ts'
import { texts } from '../../texts/texts.ts'

const megabyte = 1_000_000

/** Sizes that a list can be narrowed to. */
export const sizes = {
  small: { label: texts.plan.under1Mb, sizeBelow: megabyte },
  middle: { label: texts.plan.from1To10Mb, sizeFrom: megabyte, sizeBelow: 10 * megabyte },
  large: { label: texts.plan.from10To100Mb, sizeFrom: 10 * megabyte, sizeBelow: 100 * megabyte },
  huge: { label: texts.plan.over100Mb, sizeFrom: 100 * megabyte },
} as const
export type SizeRange = keyof typeof sizes
export const sizeRanges = Object.keys(sizes) as SizeRange[]

/** The part of a filter that is about what was found, as the value of a list box. */
export function findingValue({ state, code }: PlanFilter): string {
  if (code !== undefined) return `code ${code}`
  return state ?? ''
}

export function findingFilter(value: string): Pick<PlanFilter, 'state' | 'code'> {
  const state = lineStates.find((one) => one === value)
  if (state) return { state }
  const code = value.replace(/^code /, '')
  return isErrorCode(code) ? { code } : {}
}

/** The size range of a filter, as the value of a list box. */
export function sizeValue({ sizeFrom, sizeBelow }: PlanFilter): SizeRange | '' {
  const same = (range: SizeRange): boolean => {
    const { sizeFrom: from, sizeBelow: below }: Pick<PlanFilter, 'sizeFrom' | 'sizeBelow'> = sizes[range]
    return from === sizeFrom && below === sizeBelow
  }
  return sizeRanges.find(same) ?? ''
}

export function sizeFilter(value: string): Pick<PlanFilter, 'sizeFrom' | 'sizeBelow'> {
  const range = sizeRanges.find((one) => one === value)
  if (range === undefined) return {}
  const { sizeFrom, sizeBelow }: Pick<PlanFilter, 'sizeFrom' | 'sizeBelow'> = sizes[range]
  return { ...(sizeFrom !== undefined && { sizeFrom }), ...(sizeBelow !== undefined && { sizeBelow }) }
}

/** Without what says nothing: two filters that narrow alike are alike. */
export function tidy(filter: PlanFilter): PlanFilter {
  const text = filter.text?.trim()
  return Object.fromEntries(
    Object.entries({ ...filter, text: text === '' ? undefined : text }).filter(([, value]) => value !== undefined),
  )
}

export const isNarrowed = (filter: PlanFilter): boolean => Object.keys(tidy(filter)).length > 0
