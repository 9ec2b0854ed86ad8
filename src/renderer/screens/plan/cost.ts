import type { PlanFacets } from '../../../shared/planTable.ts'
import type { StoredAs } from '../../../shared/profile.ts'
import type { VerifyLevel } from '../../../shared/run.ts'
import { serviceAt } from '../../connection/services.ts'
import { texts } from '../../texts/texts.ts'
import { readerLocale } from '../../format/locale.ts'

/** List prices in US dollars. Where one could not be read from the provider, the service is left out. */
interface Prices {
  service: string
  gigabyteMonth: number
  millionWrites: number
  millionReads: number
  /** A gigabyte that leaves the service. */
  gigabyteOut: number
  /** Requests to the service of keys: one for each that writes or reads bytes. Null: there is none. */
  millionKeyUses: number | null
  /** When they were read. */
  asOf: string
}

const amazon: Prices = {
  service: texts.plan.amazonService,
  gigabyteMonth: 0.023,
  millionWrites: 5,
  millionReads: 0.4,
  gigabyteOut: 0.09,
  millionKeyUses: 3,
  asOf: texts.plan.amazonPricesOf,
}

const cloudflare: Prices = {
  service: texts.plan.cloudflareService,
  gigabyteMonth: 0.015,
  millionWrites: 4.5,
  millionReads: 0.36,
  gigabyteOut: 0,
  millionKeyUses: null,
  asOf: texts.plan.cloudflarePricesOf,
}

/** What a migration may cost, in US dollars. */
export interface Cost {
  once: number
  monthly: number
  /** On top, where reading the files back leaves the provider’s network. */
  transfer: number
  /** What the figures rest on. */
  basis: string
}

/** The storage service of a run's place: `AWS eu-central-1, bucket x` or `https://…, bucket x`. */
function pricesAt(store: string): { prices: Prices; remark: string } | null {
  const aws = /^AWS ([a-z0-9-]+), bucket /.exec(store)?.[1]
  if (aws !== undefined) {
    const remark = aws === 'us-east-1' ? '' : texts.plan.awsDiffers(aws)
    return { prices: amazon, remark }
  }
  const endpoint = /^(.+), bucket [^,]*$/.exec(store)?.[1] ?? ''
  return endpoint !== '' && serviceAt(endpoint, '').service === 'r2' ? { prices: cloudflare, remark: '' } : null
}

/** With a key of KMS, an ETag says nothing of the bytes: whatever is verified is read back. */
export const isReadBack = (storedAs: StoredAs | null, verify: VerifyLevel): boolean =>
  verify === 'readback' || usesKms(storedAs)

const usesKms = (storedAs: StoredAs | null): boolean => storedAs?.encryption === 'aws:kms'

/**
 * Cost of sending these files and reading them back, and of keeping them for a month; null where the prices of the service
 * are not known. Free allowances and taxes are not counted.
 */
export function costAt(
  store: string,
  bytes: number,
  { files, writes, reads }: PlanFacets['requests'],
  { storedAs, verify }: { storedAs: StoredAs | null; verify: VerifyLevel },
): Cost | null {
  const found = pricesAt(store)
  if (!found) return null
  const { prices, remark } = found
  const downloads = isReadBack(storedAs, verify) ? files : 0
  const gigabytes = bytes / 1_000_000_000
  const keyPrice = usesKms(storedAs) ? prices.millionKeyUses : null
  // Whether the object is still the one that was read back takes a look of its own.
  const looks = usesKms(storedAs) ? downloads : 0
  const requests = writes * prices.millionWrites + (reads + downloads + looks) * prices.millionReads
  const storageClass = storedAs?.storageClass
  const words = [
    texts.plan.listPrices({ service: prices.service, asOf: prices.asOf, remark }),
    ...(storageClass === undefined || storageClass === 'STANDARD'
      ? []
      : [texts.plan.storageClassDiffers(storageClass)]),
    ...(keyPrice === null ? [] : [keyWords]),
  ]
  return {
    once: (requests + (writes + downloads) * (keyPrice ?? 0)) / 1_000_000,
    monthly: gigabytes * prices.gigabyteMonth,
    transfer: downloads === 0 ? 0 : gigabytes * prices.gigabyteOut,
    basis: words.join(' '),
  }
}

const keyWords = texts.plan.kmsCost

/** An amount as coarse as an estimate is true: `$1,240`, `$3.20`, `less than a cent`. */
export function formatDollars(amount: number): string {
  if (amount === 0) return new Intl.NumberFormat(readerLocale(), { style: 'currency', currency: 'USD' }).format(0)
  if (amount < 0.01) return texts.plan.lessThanACent
  const digits = amount < 100 ? 2 : 0
  return new Intl.NumberFormat(readerLocale(), {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount)
}
