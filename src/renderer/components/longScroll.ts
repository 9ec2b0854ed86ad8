/**
 * A taller element is cut off by Chromium: 2^25 physical pixels, of which one of the page takes up to four. Half of that
 * leaves room for zooming.
 */
const tallestPx = 4_000_000

/** The scroll position of an element, and what of a list stands at its top. */
export interface ScrollPlace {
  /** `scrollTop` of the element. */
  top: number
  /** The same place in the list, as if all of its rows were laid out. */
  offset: number
}

/**
 * Scrolls a list that may be taller than any element. Small steps move it pixel by pixel; a jump of the scroll bar goes
 * to the same share of the list.
 */
export class LongScroll {
  readonly #rowPx: number
  #rows = 0
  #viewPx = 0
  #place: ScrollPlace = { top: 0, offset: 0 }

  constructor(rowPx: number) {
    this.#rowPx = rowPx
  }

  /** So many rows, of which so many pixels are seen. */
  resize(rows: number, viewPx: number): void {
    this.#rows = rows
    this.#viewPx = viewPx
    this.#place = this.#placeOf(this.#place.offset)
  }

  /** Height of what is scrolled. */
  get heightPx(): number {
    return Math.min(this.#listPx, tallestPx)
  }

  get place(): ScrollPlace {
    return this.#place
  }

  /** The rows that are seen, and some around them. */
  rows(around: number): { first: number; last: number } {
    const first = Math.floor(this.#place.offset / this.#rowPx) - around
    const last = Math.ceil((this.#place.offset + this.#viewPx) / this.#rowPx) + around
    return { first: Math.max(0, first), last: Math.min(this.#rows - 1, last) }
  }

  /** Where a row lies in the element. */
  topOf(row: number): number {
    return row * this.#rowPx - this.#place.offset + this.#place.top
  }

  /** The user has scrolled the element. */
  follow(top: number): void {
    const step = top - this.#place.top
    const isAtEnd = top <= 0 || top >= this.heightPx - this.#viewPx - 1
    if (isAtEnd || Math.abs(step) > this.#viewPx * 2 || this.heightPx === this.#listPx) {
      this.#place = { top, offset: this.#offsetAt(top) }
    } else {
      this.#place = { top, offset: this.#within(this.#place.offset + step) }
    }
  }

  /** The `scrollTop` that fits the place in the list; it drifts away over many small steps. */
  settle(): number {
    this.#place = this.#placeOf(this.#place.offset)
    return this.#place.top
  }

  /** Moves as little as it takes for a row to be seen whole; returns the `scrollTop` for it. */
  reveal(row: number): number {
    const start = row * this.#rowPx
    const { offset } = this.#place
    const wanted = start < offset ? start : Math.max(offset, start + this.#rowPx - this.#viewPx)
    this.#place = this.#placeOf(wanted)
    return this.#place.top
  }

  get #listPx(): number {
    return this.#rows * this.#rowPx
  }

  #placeOf(wanted: number): ScrollPlace {
    const offset = this.#within(wanted)
    const most = this.#listPx - this.#viewPx
    const top = most <= 0 ? 0 : Math.round((offset / most) * (this.heightPx - this.#viewPx))
    return { top: this.heightPx === this.#listPx ? offset : top, offset }
  }

  #offsetAt(top: number): number {
    const room = this.heightPx - this.#viewPx
    if (this.heightPx === this.#listPx || room <= 0) return this.#within(top)
    return this.#within((top / room) * (this.#listPx - this.#viewPx))
  }

  #within(offset: number): number {
    return Math.max(0, Math.min(offset, this.#listPx - this.#viewPx))
  }
}
