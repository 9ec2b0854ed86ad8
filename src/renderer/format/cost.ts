import { serviceAt } from '../connection/services.ts'

/** List prices in US dollars. Where one could not be read from the provider, the service is left out. */
interface Prices {
  service: string
  gigabyteMonth: number
  millionWrites: number
  millionReads: number
  /** When they were read. */
  asOf: string
}

const amazon: Prices = {
  service: 'Amazon S3 Standard, us-east-1',
  gigabyteMonth: 0.023,
  millionWrites: 5,
  millionReads: 0.4,
  asOf: 'May 2026',
}

const cloudflare: Prices = {
  service: 'Cloudflare R2 Standard',
  gigabyteMonth: 0.015,
  millionWrites: 4.5,
  millionReads: 0.36,
  asOf: 'June 2026',
}

/** What a migration may cost, in US dollars. */
export interface Cost {
  once: number
  monthly: number
  /** What the figures rest on. */
  basis: string
}

/** The storage service of a run's place: `AWS eu-central-1, bucket x` or `https://…, bucket x`. */
function pricesAt(store: string): { prices: Prices; remark: string } | null {
  const aws = /^AWS ([a-z0-9-]+), bucket /.exec(store)?.[1]
  if (aws !== undefined) {
    const remark = aws === 'us-east-1' ? '' : ` Those of ${aws} differ somewhat.`
    return { prices: amazon, remark }
  }
  const endpoint = /^(.+), bucket [^,]*$/.exec(store)?.[1] ?? ''
  return endpoint !== '' && serviceAt(endpoint, '').service === 'r2' ? { prices: cloudflare, remark: '' } : null
}

/**
 * Cost of sending these files, and of keeping them for a month; null where the prices of the service are not known.
 * Free allowances and taxes are not counted.
 */
export function costAt(
  store: string,
  bytes: number,
  { writes, reads }: { writes: number; reads: number },
): Cost | null {
  const found = pricesAt(store)
  if (!found) return null
  const { prices, remark } = found
  return {
    once: (writes * prices.millionWrites + reads * prices.millionReads) / 1_000_000,
    monthly: (bytes / 1_000_000_000) * prices.gigabyteMonth,
    basis: `List prices of ${prices.service}, ${prices.asOf}; free allowances and taxes are not counted.${remark}`,
  }
}

/** An amount as coarse as an estimate is true: `$1,240`, `$3.20`, `less than a cent`. */
export function formatDollars(amount: number, locale?: string): string {
  if (amount === 0) return new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' }).format(0)
  if (amount < 0.01) return 'less than a cent'
  const digits = amount < 100 ? 2 : 0
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount)
}
