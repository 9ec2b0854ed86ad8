import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import type { Outcome } from '../../format/outcome.ts'
import type { Tone } from '../../format/status.ts'
import classes from './outcome-banner.module.css'

const icons: Record<Tone, typeof IconInfoCircle> = {
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconAlertTriangle,
  active: IconInfoCircle,
  neutral: IconInfoCircle,
}

/** One sentence that says how it went, and what is left to do in Readur itself. */
export function OutcomeBanner({ outcome, moved, bucket }: { outcome: Outcome; moved: boolean; bucket: string }) {
  const Icon = icons[outcome.tone]
  return (
    <div role="status" className={classes.banner} data-tone={outcome.tone}>
      <Icon size={22} aria-hidden className={classes.icon} />
      <div>
        <p className={classes.sentence}>{outcome.sentence}</p>
        {moved && (
          <p className={classes.next}>
            Readur finds these documents once it is set to use bucket {bucket} (<code>S3_ENABLED=true</code>) and was
            restarted. Local files are kept.
          </p>
        )}
      </div>
    </div>
  )
}
