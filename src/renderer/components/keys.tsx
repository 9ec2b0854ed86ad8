import { keyNames } from './shortcuts.ts'
import classes from './keys.module.css'

const isMac = /mac/i.test(navigator.userAgent)

/** A key combination as it is printed on the keys. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={classes.keys}>
      {keyNames(keys, isMac).map((name) => (
        <kbd key={name} className={classes.key}>
          {name}
        </kbd>
      ))}
    </span>
  )
}
