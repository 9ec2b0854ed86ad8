import { useCallback, useEffect, useReducer, useRef, useState, type RefObject } from 'react'
import { LongScroll } from './longScroll.ts'

/** Rows beyond the edge: what is scrolled to soon is there already. */
const around = 8
const settleAfterMs = 150

export interface LongList {
  box: RefObject<HTMLDivElement | null>
  heightPx: number
  first: number
  last: number
  topOf: (row: number) => number
  reveal: (row: number) => void
  /** Rows that fit into the box. */
  page: number
  onScroll: () => void
}

/**
 * The rows of a list of any length that are to be drawn in a box, all of the same height. `headPx`: of what stays at the
 * top of the box.
 */
export function useLongList(rows: number, rowPx: number, headPx: number): LongList {
  const box = useRef<HTMLDivElement>(null)
  const [scroll] = useState(() => new LongScroll(rowPx))
  const [viewPx, setViewPx] = useState(0)
  const [, draw] = useReducer((count: number) => count + 1, 0)
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const observer = new ResizeObserver(() => setViewPx(element.clientHeight - headPx))
    observer.observe(element)
    return () => {
      observer.disconnect()
      clearTimeout(settling.current)
    }
  }, [headPx])
  useEffect(() => {
    scroll.resize(rows, viewPx)
    if (box.current) box.current.scrollTop = scroll.place.top
    draw()
  }, [scroll, rows, viewPx])

  const onScroll = useCallback(() => {
    if (!box.current) return
    scroll.follow(box.current.scrollTop)
    draw()
    clearTimeout(settling.current)
    settling.current = setTimeout(() => {
      if (box.current) box.current.scrollTop = scroll.settle()
      draw()
    }, settleAfterMs)
  }, [scroll])
  const reveal = useCallback(
    (row: number) => {
      const top = scroll.reveal(row)
      if (box.current) box.current.scrollTop = top
      draw()
    },
    [scroll],
  )
  return {
    box,
    heightPx: scroll.heightPx,
    ...scroll.rows(around),
    topOf: (row) => scroll.topOf(row),
    reveal,
    page: Math.max(1, Math.floor(viewPx / rowPx)),
    onScroll,
  }
}
