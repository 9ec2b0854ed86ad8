import classes from './progressBar.module.css'

interface ProgressBarProps {
  label: string
  /** 0 to 1; null while nobody knows. */
  share: number | null
  /** What a screen reader says in the place of a bare percentage. */
  valueText: string
  size?: 'small' | 'large'
}

/** A progress bar that says what it means. */
export function ProgressBar({ label, share, valueText, size = 'large' }: ProgressBarProps) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === null ? undefined : Math.floor(share * 1000) / 10}
      aria-valuetext={valueText}
      className={classes.track}
      data-size={size}
    >
      {share === null ? (
        <div className={classes.wandering} />
      ) : (
        <div className={classes.done} style={{ transform: `scaleX(${share})` }} />
      )}
    </div>
  )
}
