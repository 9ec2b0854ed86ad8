import { describe, expect, it } from 'vitest'
import { LongScroll } from '../../../src/renderer/components/longScroll.ts'

const rowPx = 46
const viewPx = 460

function scrollOf(rows: number): LongScroll {
  const scroll = new LongScroll(rowPx)
  scroll.resize(rows, viewPx)
  return scroll
}

describe('a list that fits into an element', () => {
  it('is scrolled as any', () => {
    const scroll = scrollOf(1_000)
    expect(scroll.heightPx).toBe(46_000)
    scroll.follow(4_600)
    expect(scroll.rows(0)).toEqual({ first: 100, last: 110 })
    expect(scroll.topOf(100)).toBe(4_600)
    expect(scroll.settle()).toBe(4_600)
  })

  it('stands at its beginning when it is shorter than the view', () => {
    const scroll = scrollOf(3)
    expect(scroll.rows(8)).toEqual({ first: 0, last: 2 })
    expect(scroll.reveal(2)).toBe(0)
  })
})

describe('a list that is taller than any element', () => {
  const rows = 1_000_000

  it('is no taller than an element can be, on a display of four pixels a pixel too', () => {
    expect(scrollOf(rows).heightPx * 4).toBeLessThan(2 ** 25)
  })

  it('moves pixel by pixel at the turn of a wheel', () => {
    const scroll = scrollOf(rows)
    for (let top = 100; top <= 4_600; top += 100) scroll.follow(top)
    expect(scroll.place.offset).toBe(4_600)
    expect(scroll.rows(0).first).toBe(100)
  })

  it('goes to the same share when the bar is pulled, and to both ends', () => {
    const scroll = scrollOf(rows)
    const room = scroll.heightPx - viewPx
    scroll.follow(room / 2)
    expect(scroll.rows(0).first).toBe(499_995)
    scroll.follow(room)
    expect(scroll.rows(0).last).toBe(rows - 1)
    expect(scroll.topOf(rows - 1) + rowPx).toBe(scroll.heightPx)
    scroll.follow(0)
    expect(scroll.rows(0).first).toBe(0)
  })

  it('shows the same rows after the bar has been put right', () => {
    const scroll = scrollOf(rows)
    scroll.follow(2_000_000)
    for (let n = 0; n < 200; n += 1) scroll.follow(scroll.place.top + 400)
    const { offset } = scroll.place
    const top = scroll.settle()
    expect(scroll.place.offset).toBe(offset)
    expect(top / (scroll.heightPx - viewPx)).toBeCloseTo(offset / (rows * rowPx - viewPx), 5)
    scroll.follow(top)
    expect(scroll.place.offset).toBeCloseTo(offset, 5)
  })

  it('reveals a row with as little movement as it takes', () => {
    const scroll = scrollOf(rows)
    scroll.reveal(700_000)
    expect(scroll.rows(0)).toEqual({ first: 699_991, last: 700_001 })
    scroll.reveal(699_995)
    expect(scroll.rows(0).first).toBe(699_991)
    scroll.reveal(699_980)
    expect(scroll.rows(0).first).toBe(699_980)
  })
})
