import { ActionIcon } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { formatAsOf } from '../../format/time.ts'
import { useCounts } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './countsBar.module.css'

interface CountsBarProps {
  profile: Pick<ProfileSummary, 'id' | 'name' | 'server' | 'problem'>
  /** Files that the latest run could not move. */
  failed: number
}

/** Where the documents of a connection are, at a glance: how many, as of when, and the way to count anew. */
export function CountsBar({ profile, failed }: CountsBarProps) {
  const counts = useCounts((state) => state.counts[profile.id])
  const error = useCounts((state) => state.errors[profile.id])
  const counting = useCounts((state) => state.counting[profile.id] === true)
  const count = useCounts((state) => state.count)
  const [now] = useState(() => Date.now())
  const total = counts ? counts.local + counts.onS3 : 0
  const trouble = Math.max(failed, counts?.stuck ?? 0)
  return (
    <div className={classes.counts}>
      <div className={classes.bar} aria-hidden data-empty={total === 0}>
        {counts && counts.onS3 > 0 && <span className={classes.s3} style={{ flexGrow: counts.onS3 }} />}
        {counts && counts.local > 0 && <span className={classes.local} style={{ flexGrow: counts.local }} />}
      </div>
      <div className={classes.line}>
        <span className={classes.words}>
          {counts ? (
            <>
              <span className={classes.key} data-of="s3">
                {texts.components.onS3(counts.onS3)}
              </span>
              <span className={classes.key} data-of="local">
                {texts.components.local(counts.local)}
              </span>
            </>
          ) : (
            <span>{error ? texts.components.countFailed : texts.components.notCounted}</span>
          )}
          {trouble > 0 && (
            <span className={classes.trouble} data-tone="bad">
              {texts.components.needAttention(trouble)}
            </span>
          )}
        </span>
        <span className={classes.asOf} role="status">
          {counting
            ? texts.components.counting
            : counts
              ? texts.components.asOf(formatAsOf(counts.at, Math.max(now, counts.at)))
              : ''}
          {!counting && error && (
            <span data-tone="warn" className={classes.away} title={`${error.title}. ${error.message}`}>
              {error.title}
            </span>
          )}
        </span>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={texts.components.countDocumentsOf(profile.name)}
          title={texts.components.countAgain}
          disabled={counting || profile.problem !== null}
          onClick={() => void count(profile.id)}
        >
          <IconRefresh size={15} />
        </ActionIcon>
      </div>
    </div>
  )
}
