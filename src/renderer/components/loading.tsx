import { texts } from '../texts/texts.ts'
import classes from './inline.module.css'

/** Says that something is being read, unless it is there so soon that nobody would have waited. */
export function Loading({ what }: { what: string }) {
  return (
    <p role="status" className={classes.loading}>
      {texts.components.reading(what)}
    </p>
  )
}
