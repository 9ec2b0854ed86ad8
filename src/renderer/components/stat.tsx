import type { ReactNode } from 'react'
import type { Tone } from '../format/status.ts'
import classes from './stat.module.css'

interface StatProps {
  label: string
  value: ReactNode
  /** A second line in small type; its room is kept when there is none. */
  detail?: ReactNode
  tone?: Tone
  /** For a figure of many words. */
  wide?: boolean
}

/** Figures side by side, each with its name. */
export function Stats({ children }: { children: ReactNode }) {
  return <dl className={classes.stats}>{children}</dl>
}

/** One figure. */
export function Stat({ label, value, detail, tone = 'neutral', wide = false }: StatProps) {
  return (
    <div className={classes.stat} data-wide={wide}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value} data-tone={tone}>
        {value}
      </dd>
      <dd className={classes.detail}>{detail ?? '\u00a0'}</dd>
    </div>
  )
}
