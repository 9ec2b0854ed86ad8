import prettyBytes from 'pretty-bytes'
import { readerLocale } from './locale.ts'

/** A size in decimal units with one decimal, cut off and never rounded up: `512 B`, `123.4 MB`. */
export function formatBytes(bytes: number, locale?: string): string {
  const fractionDigits = bytes < 1000 ? 0 : 1
  return prettyBytes(Math.max(0, Math.round(bytes)), {
    locale: locale ?? readerLocale() ?? true,
    minimumFractionDigits: fractionDigits,
    maximumFractionDigits: fractionDigits,
  })
}

/** A rate: `12.3 MB/s`; a dash while unknown. */
export function formatRate(bytesPerSecond: number | null, locale?: string): string {
  return bytesPerSecond === null ? '–' : `${formatBytes(bytesPerSecond, locale)}/s`
}
