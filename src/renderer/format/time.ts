/** A moment in the reader's time zone: `22 Nov 2025, 08:19`. */
export function formatMoment(milliseconds: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(milliseconds)
}

/** The time of a log line, to the second. */
export function formatClock(milliseconds: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(milliseconds)
}
