import type { RunDetails } from '../../../shared/record.ts'
import { texts } from '../../texts/texts.ts'
import { formatBytes, formatRate } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'
import { settingLines } from '../../components/run/settingLines.ts'

/** One property of two runs. */
export interface ComparedLine {
  name: string
  values: [first: string, second: string]
}

/** Two runs property by property: where they worked, how it went, what they were told. */
export function comparedLines(first: RunDetails, second: RunDetails): ComparedLine[] {
  const [a, b] = [linesOf(first), linesOf(second)]
  const names = [...new Set([...a.keys(), ...b.keys()])]
  return names.map((name) => ({ name, values: [a.get(name) ?? '–', b.get(name) ?? '–'] }))
}

function linesOf(run: RunDetails): Map<string, string> {
  const { seconds, bytes } = run
  const number = (value: number) => formatNumber(value)
  const rate = seconds === null || seconds <= 0 ? null : bytes / seconds
  return new Map([
    [texts.record.database, run.database],
    [texts.record.bucket, run.bucket],
    [texts.record.filesPlanned, number(run.planned)],
    [texts.record.moved, number(run.committed)],
    [texts.record.failed, number(run.failed)],
    [texts.record.skipped, number(run.skipped)],
    [texts.record.rolledBack, number(run.restored)],
    [texts.record.notStarted, number(run.remaining)],
    [texts.record.size, formatBytes(bytes)],
    [texts.record.duration, seconds === null ? '–' : formatDuration(seconds)],
    [texts.record.speed, formatRate(rate)],
    ...settingLines(run),
  ])
}
