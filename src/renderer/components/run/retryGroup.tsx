import { Button } from '@mantine/core'
import { texts } from '../../texts/texts.ts'
import classes from './run.module.css'

interface RetryGroupProps {
  /** What the group is about; tells its button from those of other groups. */
  title: string
  disabled: boolean
  /** Why it cannot be done now. */
  note: string | null
  onRetry?: () => void
}

/** Tries again what failed for one cause, or says why that cannot be done yet. */
export function RetryGroup({ title, disabled, note, onRetry }: RetryGroupProps) {
  return (
    <div className={classes.line}>
      <Button
        variant="default"
        size="compact-sm"
        disabled={disabled}
        aria-label={texts.components.retryTheseOf(title)}
        onClick={onRetry}
      >
        {texts.components.retryThese}
      </Button>
      <span className={classes.note}>{note ?? texts.components.retryTheseMeans}</span>
    </div>
  )
}
