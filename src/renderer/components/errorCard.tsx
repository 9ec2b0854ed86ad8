import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { errorCatalogue, type ErrorData } from '../../shared/errors.ts'
import { errorText } from '../format/report.ts'
import { texts } from '../texts/texts.ts'
import { CopyButton } from './copyButton.tsx'
import classes from './errorCard.module.css'

/** An error in full: what happened, to what, what usually lies behind it, and what to do next. `onRetry` tries again what failed. */
export function ErrorCard({ error, onRetry }: { error: ErrorData; onRetry?: (() => void) | undefined }) {
  const causes = error.causes.filter((cause) => cause !== error.message)
  return (
    <div role="alert" className={classes.card} data-tone="bad">
      <IconAlertTriangle size={20} className={classes.icon} aria-hidden />
      <div className={classes.text}>
        <p className={classes.title}>{error.title}</p>
        <p className={classes.message}>{error.message}</p>
        {error.subject !== undefined && <p className={classes.subject}>{error.subject}</p>}
        {causes.length > 0 && (
          <ul className={classes.causes}>
            {causes.map((cause) => (
              <li key={cause}>{cause}</li>
            ))}
          </ul>
        )}
        <p className={classes.usual}>{texts.components.usualCause(errorCatalogue[error.code].cause)}</p>
        <p className={classes.remedy}>{error.remedy}</p>
        <div className={classes.foot}>
          {onRetry && (
            <Button size="compact-sm" variant="default" onClick={onRetry}>
              {texts.components.tryAgain}
            </Button>
          )}
          <CopyButton text={errorText(error)} what={texts.components.error} />
          <code className={classes.code}>{error.code}</code>
        </div>
      </div>
    </div>
  )
}
