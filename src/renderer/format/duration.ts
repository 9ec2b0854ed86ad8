import { formatCount } from './number.ts'

/** Time that has passed, to the second below an hour: `41 s`, `3 min 20 s`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${whole % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/**
 * Time that something may still take, as coarse as such a figure is true: steps of 10 seconds below a minute, of a
 * minute up to a quarter of an hour, of 5 minutes up to an hour, of 10 minutes up to 10 hours, of an hour above.
 * Rounds up rather than down where it rounds.
 */
export function formatAbout(seconds: number, locale?: string): string {
  if (seconds < 10) return 'a few seconds'
  if (seconds <= 50) return `about ${formatCount(Math.ceil(seconds / 10) * 10, 'second', locale)}`
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes < 15) return `about ${formatCount(minutes, 'minute', locale)}`
  const step = minutes < 55 ? 5 : minutes < 600 ? 10 : 60
  const rounded = Math.ceil(minutes / step) * step
  if (rounded < 60) return `about ${formatCount(rounded, 'minute', locale)}`
  const hours = formatCount(Math.floor(rounded / 60), 'hour', locale)
  return rounded % 60 === 0 ? `about ${hours}` : `about ${hours} ${rounded % 60} minutes`
}

/** Time left as the run screen shows it; says so while it is unknown. */
export function formatTimeLeft(seconds: number | null, locale?: string): string {
  return seconds === null ? 'estimating…' : formatAbout(seconds, locale)
}
