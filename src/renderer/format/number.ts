import { readerLocale } from './locale.ts'

const formats = new Map<string, Intl.NumberFormat>()

function format(options: Intl.NumberFormatOptions, wanted: string | undefined): Intl.NumberFormat {
  const locale = wanted ?? readerLocale()
  const key = `${locale ?? ''} ${JSON.stringify(options)}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(locale, options)
  formats.set(key, made)
  return made
}

/** A whole number with the reader's separators: `12,345`. */
export function formatNumber(value: number, locale?: string): string {
  return format({ maximumFractionDigits: 0 }, locale).format(value)
}

/** A share with one decimal, cut off and never rounded up: `61.4%`; 0.9999 is `99.9%`. */
export function formatPercent(share: number, locale?: string): string {
  // The tiny addition keeps floating point from turning 0.7 into 69.9 %.
  const cut = Math.floor(share * 1000 + 1e-9) / 1000
  return format({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }, locale).format(cut)
}
