import { type ReactNode, useId } from 'react'
import classes from './panel.module.css'

interface PanelProps {
  title: string
  /** A few words beside the title: a count, a hint. */
  aside?: ReactNode
  /** Takes the inner distance away, for tables and lists that reach the border. */
  flush?: boolean
  className?: string | undefined
  children: ReactNode
}

/** A titled surface: the building block of all screens. */
export function Panel({ title, aside, flush = false, className, children }: PanelProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={[classes.panel, className].filter(Boolean).join(' ')}>
      <div className={classes.head}>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {aside !== undefined && <div className={classes.aside}>{aside}</div>}
      </div>
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  )
}
