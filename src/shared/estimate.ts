import type { Estimate, MigrateOptions, PlanTotals, Rates } from './run.ts'

/** A home uplink of 100 Mbit/s and a store that answers in 50 ms, three requests a file. */
const assumedBytesPerSecond = 12_000_000
const assumedSecondsPerItem = 0.15

const assumed = (parallelUploads: number): Rates => ({
  bytesPerSecond: assumedBytesPerSecond,
  itemsPerSecond: parallelUploads / assumedSecondsPerItem,
  parallelUploads,
  readsBack: false,
})

/** What decides how long a run takes. */
export interface EstimatedPace extends Pick<MigrateOptions, 'parallelUploads'> {
  /** Null: without a limit. */
  bytesPerSecond?: MigrateOptions['bytesPerSecond']
  /** Each copy is downloaded to verify it, as with a key of KMS. */
  readsBack?: boolean
}

/**
 * How long a plan takes at a pace. Bytes and requests overlap, so the slower of the two decides. More files at once wait for
 * more answers at the same time; the line carries no more for it.
 */
export function estimateRun(
  totals: Pick<PlanTotals, 'bytes' | 'move'>,
  { parallelUploads, bytesPerSecond = null, readsBack = false }: EstimatedPace,
  lastRun: Rates | null = null,
): Estimate {
  const rates = lastRun ?? assumed(parallelUploads)
  const ways = readsBack && !rates.readsBack ? 2 : 1
  const byLine = (ways * totals.bytes) / rates.bytesPerSecond
  // Both ways count against the limit.
  const byLimit = bytesPerSecond === null ? 0 : ((readsBack ? 2 : 1) * totals.bytes) / bytesPerSecond
  const itemsPerSecond = (rates.itemsPerSecond * parallelUploads) / rates.parallelUploads
  const seconds = Math.ceil(Math.max(byLine, byLimit, totals.move / itemsPerSecond))
  return lastRun ? { seconds, basis: 'last run', rates: lastRun } : { seconds, basis: 'assumption' }
}
