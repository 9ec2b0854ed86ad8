import { texts } from '../texts/texts.ts'

/** Time that has passed, to the second below an hour: `under 1 s`, `41 s`, `3 min 20 s`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole === 0 && seconds > 0) return texts.units.underASecond
  if (whole < 60) return texts.units.seconds(whole)
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return texts.units.minutesSeconds({ minutes, seconds: whole % 60 })
  return texts.units.hoursMinutes({ hours: Math.floor(minutes / 60), minutes: minutes % 60 })
}

/**
 * Time that something may still take, as coarse as such a figure is true: steps of 10 seconds below a minute, of a
 * minute up to a quarter of an hour, of 5 minutes up to an hour, of 10 minutes up to 10 hours, of an hour above.
 * Rounds up rather than down where it rounds.
 */
export function formatAbout(seconds: number): string {
  if (seconds < 10) return texts.units.aFewSeconds
  if (seconds <= 50) return texts.units.aboutSeconds(Math.ceil(seconds / 10) * 10)
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes < 15) return texts.units.aboutMinutes(minutes)
  const step = minutes < 55 ? 5 : minutes < 600 ? 10 : 60
  const rounded = Math.ceil(minutes / step) * step
  if (rounded < 60) return texts.units.aboutMinutes(rounded)
  const hours = texts.nouns.hour(Math.floor(rounded / 60))
  return rounded % 60 === 0 ? texts.units.about(hours) : texts.units.aboutHoursMinutes({ hours, minutes: rounded % 60 })
}

/** Time left as the run screen shows it; says so while it is unknown. */
export function formatTimeLeft(seconds: number | null): string {
  return seconds === null ? texts.units.estimating : formatAbout(seconds)
}
