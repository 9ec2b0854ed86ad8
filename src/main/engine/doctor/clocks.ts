/** How far this computer’s clock is from another one, as a sentence. `offsetMs`: the other’s minus ours; `whose`: “the service’s”. */
export function clocksApart(offsetMs: number, whose: string): string {
  const way = offsetMs > 0 ? 'behind' : 'ahead of'
  return `This computer’s clock is ${durationText(Math.abs(offsetMs))} ${way} ${whose}.`
}

function durationText(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000)
  return minutes >= 120 ? `${Math.round(minutes / 60)} hours` : `${minutes} minute${minutes === 1 ? '' : 's'}`
}
