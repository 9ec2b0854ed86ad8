import type { ReactNode } from 'react'
import { useId } from 'react'
import type { IconServer } from '@tabler/icons-react'
import classes from './section.module.css'

interface SectionProps {
  title: string
  icon: typeof IconServer
  /** From where it is reached. */
  from?: string
  children: ReactNode
}

/** One part of the way from Readur to the bucket. */
export function Section({ title, icon: Icon, from, children }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={classes.section}>
      <span className={classes.mark} data-tone="neutral" aria-hidden>
        <Icon size={18} stroke={1.75} />
      </span>
      <div className={classes.body}>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {from !== undefined && <p className={classes.from}>{from}</p>}
        {children}
      </div>
    </section>
  )
}

/** Fields side by side; `columns` as CSS writes them. */
export function Row({ columns, children }: { columns: 'host' | 'halves' | 'wide'; children: ReactNode }) {
  return (
    <div className={classes.row} data-columns={columns}>
      {children}
    </div>
  )
}

/** What few need, folded away. `summary` says what is in it. */
export function More({
  summary,
  opened = false,
  children,
}: {
  summary: string
  opened?: boolean
  children: ReactNode
}) {
  return (
    <details className={classes.more} open={opened}>
      <summary className={classes.summary}>{summary}</summary>
      <div className={classes.folded}>{children}</div>
    </details>
  )
}
