import {
  IconAlertTriangle,
  IconCheck,
  IconCircle,
  IconCircleMinus,
  IconInfoCircle,
  IconLoader2,
  IconX,
} from '@tabler/icons-react'
import { standingTones, standingWords, type Standing } from '../format/diagnostic.ts'
import classes from './standingIcon.module.css'

const icons = {
  waiting: IconCircle,
  begun: IconLoader2,
  skipped: IconCircleMinus,
  ok: IconCheck,
  note: IconInfoCircle,
  warning: IconAlertTriangle,
  blocking: IconX,
} satisfies Record<Standing, typeof IconCheck>

/** How a check stands, for the eye by shape and colour, for a screen reader in words. */
export function StandingIcon({ standing, size }: { standing: Standing; size: number }) {
  const Icon = icons[standing]
  return (
    <Icon
      size={size}
      stroke={2.25}
      className={classes.icon}
      data-tone={standingTones[standing]}
      data-standing={standing}
      role="img"
      aria-label={standingWords[standing]}
    />
  )
}
