/** The rates of a run in three figures; the last one is of now. */
export function summaryOf(rates: readonly number[]): { now: number; mean: number; most: number } {
  const sum = rates.reduce((all, rate) => all + rate, 0)
  return { now: rates.at(-1) ?? 0, mean: rates.length > 0 ? sum / rates.length : 0, most: Math.max(0, ...rates) }
}
