import type { Throughput } from '../../shared/run.ts'

/** So many points are kept, however long it takes: they grow longer instead. */
const pointsKept = 120
const firstStepMs = 1_000

interface Point {
  bytes: number
  items: number
}

/** What has moved since the beginning, point by point; of constant size. */
export class ThroughputLog {
  readonly #from: number
  #stepMs = firstStepMs
  #points: Point[] = []
  #last: Point = { bytes: 0, items: 0 }
  #lastAt: number

  constructor(from: number) {
    this.#from = from
    this.#lastAt = from
  }

  /** Takes note of what has moved in all; of less than before, nothing has moved. */
  record(at: number, bytes: number, items: number): void {
    const moved = { bytes: Math.max(0, bytes - this.#last.bytes), items: Math.max(0, items - this.#last.items) }
    this.#last = { bytes, items }
    this.#lastAt = Math.max(this.#lastAt, at)
    let index = this.#indexAt(at)
    while (index >= pointsKept) {
      this.#halve()
      index = this.#indexAt(at)
    }
    while (this.#points.length <= index) this.#points.push({ bytes: 0, items: 0 })
    const point = this.#points[index]
    if (!point) return
    point.bytes += moved.bytes
    point.items += moved.items
  }

  /** What was there before, an earlier session's doing, has not moved now. */
  startAt(bytes: number, items: number): void {
    this.#last = { bytes, items }
  }

  read(): Throughput {
    const seconds = this.#stepMs / 1000
    const open = ((this.#lastAt - this.#from) % this.#stepMs) / 1000
    // A point that has just begun would jump about.
    const isLastTelling = open >= seconds / 2
    const points = isLastTelling ? this.#points : this.#points.slice(0, -1)
    const rate = (of: keyof Point) =>
      points.map((point, at) => point[of] / (at === this.#points.length - 1 ? open : seconds))
    return { from: this.#from, stepMs: this.#stepMs, bytesPerSecond: rate('bytes'), itemsPerSecond: rate('items') }
  }

  #indexAt(at: number): number {
    return Math.max(0, Math.floor((at - this.#from) / this.#stepMs))
  }

  #halve(): void {
    this.#stepMs *= 2
    const merged: Point[] = []
    for (let at = 0; at < this.#points.length; at += 2) {
      const [one, two] = [this.#points[at], this.#points[at + 1]]
      merged.push({ bytes: (one?.bytes ?? 0) + (two?.bytes ?? 0), items: (one?.items ?? 0) + (two?.items ?? 0) })
    }
    this.#points = merged
  }
}
