import { Button, CloseButton } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useNotices, useQuestions } from '../stores/context.tsx'
import { texts } from '../texts/texts.ts'
import classes from './noticeBar.module.css'

/** Long enough to read it twice and to reach for the button. */
const shownMs = 20_000

/** A line above the screen about what was just done, with the way to undo it. */
export function NoticeBar() {
  const notice = useNotices((state) => state.notice)
  const act = useNotices((state) => state.act)
  const dismiss = useNotices((state) => state.dismiss)
  const withdrawn = useQuestions((state) => state.withdrawn)
  const forget = useQuestions((state) => state.dismiss)
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (!notice || held) return
    const timer = setTimeout(dismiss, shownMs)
    return () => clearTimeout(timer)
  }, [notice, held, dismiss])
  return (
    <div className={classes.place} role="status" aria-live="polite">
      {withdrawn !== null && (
        <div className={classes.bar}>
          <span className={classes.text} title={withdrawn}>
            {texts.components.withdrawn(withdrawn)}
          </span>
          <CloseButton size="sm" aria-label={texts.components.dismiss} onClick={forget} />
        </div>
      )}
      {notice && (
        <div
          key={notice.id}
          className={classes.bar}
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <span className={classes.text} title={notice.text}>
            {notice.text}
          </span>
          {notice.action && (
            <Button size="compact-sm" variant="default" onClick={act}>
              {notice.action.label}
            </Button>
          )}
          <CloseButton size="sm" aria-label={texts.components.dismiss} onClick={dismiss} />
        </div>
      )}
    </div>
  )
}
