import { type RefObject, useLayoutEffect, useRef } from 'react'
import { useNavigation } from '../stores/context.tsx'
import { hashOf } from '../stores/navigation.ts'

/** A screen that is returned to may read for a while before it is as long as it was. */
const patienceMs = 3_000

/**
 * Where one has scrolled to belongs to a screen: an opened one begins at its top, and one that is returned to is where it
 * was left, as soon as it is long enough for that.
 */
export function useScrollPlace(): RefObject<HTMLElement | null> {
  const scroller = useRef<HTMLElement>(null)
  const screen = useNavigation((state) => state.screen)
  const arrival = useNavigation((state) => state.arrival)
  const places = useRef(new Map<string, number>())
  const hash = hashOf(screen)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const kept = places.current
    const wanted = arrival === 'returned' ? (kept.get(hash) ?? 0) : 0
    element.scrollTop = wanted
    const since = performance.now()
    let isSettled = element.scrollTop >= wanted
    const observer = new ResizeObserver(() => {
      if (isSettled || performance.now() - since > patienceMs) return
      element.scrollTop = wanted
      isSettled = element.scrollTop >= wanted
    })
    const content = element.firstElementChild
    if (content) observer.observe(content)
    const settle = () => (isSettled = true)
    const keep = () => {
      if (isSettled) kept.set(hash, element.scrollTop)
    }
    element.addEventListener('wheel', settle, { passive: true })
    element.addEventListener('keydown', settle)
    element.addEventListener('scroll', keep, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('wheel', settle)
      element.removeEventListener('keydown', settle)
      element.removeEventListener('scroll', keep)
    }
  }, [hash, arrival])
  return scroller
}
