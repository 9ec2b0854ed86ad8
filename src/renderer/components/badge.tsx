import type { Word } from '../format/status.ts'
import classes from './inline.module.css'

/** A status word with its colour. */
export function Badge({ word }: { word: Word }) {
  return (
    <span className={classes.badge} data-tone={word.tone}>
      {word.label}
    </span>
  )
}
