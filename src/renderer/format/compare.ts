import type { RunDetails } from '../../shared/run.ts'
import { formatBytes, formatRate } from './bytes.ts'
import { formatDuration } from './duration.ts'
import { formatNumber } from './number.ts'
import { settingLines } from './settings.ts'

/** One property of two runs. */
export interface ComparedLine {
  name: string
  values: [first: string, second: string]
}

/** Two runs property by property: where they worked, how it went, what they were told. */
export function comparedLines(first: RunDetails, second: RunDetails, locale?: string): ComparedLine[] {
  const [a, b] = [linesOf(first, locale), linesOf(second, locale)]
  const names = [...new Set([...a.keys(), ...b.keys()])]
  return names.map((name) => ({ name, values: [a.get(name) ?? '–', b.get(name) ?? '–'] }))
}

function linesOf(run: RunDetails, locale: string | undefined): Map<string, string> {
  const { seconds, bytes } = run
  const number = (value: number) => formatNumber(value, locale)
  const rate = seconds === null || seconds <= 0 ? null : bytes / seconds
  return new Map([
    ['Database', run.database],
    ['Bucket', run.bucket],
    ['Files planned', number(run.planned)],
    ['Moved', number(run.committed)],
    ['Failed', number(run.failed)],
    ['Skipped', number(run.skipped)],
    ['Rolled back', number(run.restored)],
    ['Not reached', number(run.remaining)],
    ['Size', formatBytes(bytes, locale)],
    ['Duration', seconds === null ? '–' : formatDuration(seconds)],
    ['Speed', formatRate(rate, locale)],
    ...settingLines(run, locale),
  ])
}
