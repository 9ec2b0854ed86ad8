import { readerLocale } from './locale.ts'

/** A moment in the reader's time zone: `22 Nov 2025, 08:19`. */
export function formatMoment(milliseconds: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale ?? readerLocale(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    milliseconds,
  )
}

/** The time of a log line, to the second. */
export function formatClock(milliseconds: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale ?? readerLocale(), {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(milliseconds)
}

/** A moment of today as its time, another one with its day: for figures that are a while old. */
export function formatAsOf(milliseconds: number, now: number, locale?: string): string {
  const isToday = new Date(milliseconds).toDateString() === new Date(now).toDateString()
  if (!isToday) return formatMoment(milliseconds, locale)
  return new Intl.DateTimeFormat(locale ?? readerLocale(), { timeStyle: 'short' }).format(milliseconds)
}
