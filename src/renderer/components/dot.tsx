import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react'
import type { StandingDot } from '../../shared/standing.ts'
import classes from './dot.module.css'

const signs: Partial<Record<StandingDot, typeof IconCheck>> = {
  good: IconCheck,
  open: IconAlertTriangle,
  bad: IconX,
}

/** How a connection stands, as a sign with a colour. The words beside it say the same. */
export function Dot({ of, share }: { of: StandingDot; share: number | null }) {
  const Sign = signs[of]
  return (
    <svg className={classes.dot} data-of={of} width={18} height={18} viewBox="0 0 18 18" aria-hidden>
      <circle cx={9} cy={9} r={6.5} className={classes.ring} />
      {of === 'busy' && (
        <circle
          cx={9}
          cy={9}
          r={3.25}
          pathLength={100}
          strokeDasharray={`${Math.round((share ?? 0.25) * 100)} 100`}
          transform="rotate(-90 9 9)"
          className={classes.share}
        />
      )}
      {Sign && <Sign x={4} y={4} size={10} stroke={3} className={classes.sign} />}
    </svg>
  )
}
