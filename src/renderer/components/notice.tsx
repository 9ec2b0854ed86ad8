import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Tone } from '../format/status.ts'
import classes from './notice.module.css'

const icons: Record<Tone, typeof IconInfoCircle> = {
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconAlertTriangle,
  active: IconInfoCircle,
  neutral: IconInfoCircle,
}

/** One sentence that says how things stand; `children` say more. */
export function Notice({ tone, title, children }: { tone: Tone; title: string; children?: ReactNode }) {
  const Icon = icons[tone]
  return (
    <div role="status" className={classes.notice} data-tone={tone}>
      <Icon size={22} aria-hidden className={classes.icon} />
      <div>
        <p className={classes.title}>{title}</p>
        {children}
      </div>
    </div>
  )
}
