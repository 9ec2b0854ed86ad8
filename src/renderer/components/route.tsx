import { IconArrowRight } from '@tabler/icons-react'
import { texts } from '../texts/texts.ts'
import classes from './inline.module.css'

/** From where to where: database and bucket. */
export function Route({ database, bucket }: { database: string; bucket: string }) {
  return (
    <span className={classes.route}>
      <span>{database}</span>
      <IconArrowRight size={14} aria-label={texts.components.to} role="img" className={classes.arrow} />
      <span>{bucket}</span>
    </span>
  )
}
