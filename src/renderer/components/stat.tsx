import type { ReactNode } from 'react'
import type { Tone } from '../format/status.ts'
import classes from './stat.module.css'

interface StatProps {
  label: string
  value: ReactNode
  /** A second line in small type; its room is kept when there is none. */
  detail?: ReactNode
  tone?: Tone
}

/** Figures side by side, each with its name. */
export function Stats({ children }: { children: ReactNode }) {
  return <dl className={classes.stats}>{children}</dl>
}

/** One figure. */
export function Stat({ label, value, detail, tone = 'neutral' }: StatProps) {
  return (
    <div className={classes.stat}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value} data-tone={tone}>
        {value}
      </dd>
      <dd className={classes.detail}>{detail ?? '\u00a0'}</dd>
    </div>
  )
}
