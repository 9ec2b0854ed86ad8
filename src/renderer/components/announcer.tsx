import { VisuallyHidden } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'

/** Shortest time between two announcements of the same moment. */
export const announceEveryMs = 10_000

/**
 * Tells a screen reader how things stand: at once when `moment` changes (a new phase), else at intervals that leave
 * the reader time for other things.
 */
export function Announcer({ text, moment }: { text: string; moment: string }) {
  const latest = useRef(text)
  const [spoken, setSpoken] = useState('')
  useEffect(() => {
    latest.current = text
  }, [text])
  useEffect(() => {
    const speak = () => setSpoken(latest.current)
    const first = setTimeout(speak, 0)
    const timer = setInterval(speak, announceEveryMs)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [moment])
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {spoken}
    </VisuallyHidden>
  )
}
