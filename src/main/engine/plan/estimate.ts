import type { Estimate, PlanTotals } from '../../../shared/run.ts'

/** What a run on this profile achieved. */
export interface Rates {
  bytesPerSecond: number
  itemsPerSecond: number
  /** Its copies were read back whole, which those seconds hold. */
  readsBack: boolean
}

/** A home uplink of 100 Mbit/s and a store that answers in 50 ms, three requests a file. */
const assumedBytesPerSecond = 12_000_000
const assumedSecondsPerItem = 0.15

/**
 * Bytes and requests overlap, so the slower of the two decides. `readsBack`: each copy is downloaded to verify it, as with
 * a key of KMS.
 */
export function estimate(
  totals: PlanTotals,
  parallelUploads: number,
  lastRun: Rates | null,
  readsBack = false,
): Estimate {
  const rates = lastRun ?? {
    bytesPerSecond: assumedBytesPerSecond,
    itemsPerSecond: parallelUploads / assumedSecondsPerItem,
    readsBack: false,
  }
  const ways = readsBack && !rates.readsBack ? 2 : 1
  const seconds = Math.max((ways * totals.bytes) / rates.bytesPerSecond, totals.move / rates.itemsPerSecond)
  return { seconds: Math.ceil(seconds), basis: lastRun ? 'last run' : 'assumption' }
}
