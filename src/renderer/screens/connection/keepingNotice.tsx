import { IconKeyOff } from '@tabler/icons-react'
import { useDrafts } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './keepingNotice.module.css'

/** Says so where secrets cannot be kept for good. */
export function KeepingNotice() {
  const keeps = useDrafts((state) => state.keepsSecrets)
  if (keeps !== false) return null
  return (
    <p className={classes.notice}>
      <IconKeyOff size={16} stroke={1.75} aria-hidden className={classes.icon} />
      {texts.connection.noSystemKeychainFound}
    </p>
  )
}
