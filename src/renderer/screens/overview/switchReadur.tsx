import { Checkbox } from '@mantine/core'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { CopyButton } from '../../components/copyButton.tsx'
import { useSwitched } from '../../stores/context.tsx'
import classes from './overview.module.css'

/** What to write into Readur's own settings, and the tick of the one who has done it. */
export function SwitchReadur({ profile, next }: { profile: ProfileSummary; next: boolean }) {
  const isSwitched = useSwitched((state) => state.profileIds.includes(profile.id))
  const set = useSwitched((state) => state.set)
  const lines = [
    'S3_ENABLED=true',
    `S3_BUCKET_NAME=${profile.bucket}`,
    ...(profile.endpoint === null ? [] : [`S3_ENDPOINT_URL=${profile.endpoint}`]),
  ].join('\n')
  return (
    <div className={classes.switch}>
      <details key={String(next)} open={next} className={classes.how}>
        <summary>What to write into Readur’s settings</summary>
        <div className={classes.lines}>
          <pre>{lines}</pre>
          <CopyButton text={lines} what="settings for Readur" />
        </div>
        <p className={classes.safe}>
          With <code>S3_REGION</code>, <code>S3_ACCESS_KEY_ID</code> and <code>S3_SECRET_ACCESS_KEY</code> as they are
          in this connection. Then restart Readur.
        </p>
      </details>
      <Checkbox
        size="sm"
        label="Readur uses this bucket now"
        checked={isSwitched}
        onChange={(event) => set(profile.id, event.currentTarget.checked)}
      />
    </div>
  )
}
