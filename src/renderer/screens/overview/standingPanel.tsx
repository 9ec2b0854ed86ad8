import { ActionIcon, Anchor } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { formatAsOf } from '../../format/time.ts'
import { useCounts, useNavigation } from '../../stores/context.tsx'
import { useStanding } from '../../stores/useStanding.ts'
import { texts } from '../../texts/texts.ts'
import classes from './standingPanel.module.css'

/** Where the documents are: a bar, their numbers, and what the latest migration left, each with the way to its files. */
export function StandingPanel({ profile }: { profile: ProfileSummary }) {
  const counts = useCounts((state) => state.counts[profile.id])
  const error = useCounts((state) => state.errors[profile.id])
  const total = counts ? counts.local + counts.onS3 : 0
  return (
    <section className={classes.panel} aria-label={texts.overview.documents}>
      <div className={classes.bar} aria-hidden data-empty={total === 0}>
        {counts && counts.onS3 > 0 && <span className={classes.s3} style={{ flexGrow: counts.onS3 }} />}
        {counts && counts.local > 0 && <span className={classes.local} style={{ flexGrow: counts.local }} />}
      </div>
      <div className={classes.line}>
        <ul className={classes.numbers}>
          {counts ? (
            <>
              <li className={classes.key} data-of="s3">
                {texts.components.onS3(counts.onS3)}
              </li>
              <li className={classes.key}>{texts.components.local(counts.local)}</li>
            </>
          ) : (
            <li>{error ? texts.components.countFailed : texts.components.notCounted}</li>
          )}
          <Left profile={profile} />
        </ul>
        <Counted profile={profile} />
      </div>
    </section>
  )
}

/** What the latest migration did not move, by why; each leads to its files. */
function Left({ profile }: { profile: ProfileSummary }) {
  const go = useNavigation((state) => state.go)
  const { left, migration } = useStanding(profile)
  if (!migration) return null
  const { runId } = migration
  const parts = [
    { words: texts.overview.excludedFiles(texts.nouns.file(left.excluded)), count: left.excluded, tab: 'issues' },
    { words: texts.overview.failedFiles(texts.nouns.file(left.failed)), count: left.failed, tab: 'issues' },
    { words: texts.overview.skippedFiles(texts.nouns.file(left.skipped)), count: left.skipped, tab: 'files' },
    { words: texts.overview.notStartedFiles(texts.nouns.file(left.notStarted)), count: left.notStarted, tab: 'files' },
  ] as const
  return parts
    .filter(({ count }) => count > 0)
    .map(({ words, tab }) => (
      <li key={words}>
        <Anchor component="button" onClick={() => go({ name: 'run', runId, tab })}>
          {words} ›
        </Anchor>
      </li>
    ))
}

/** As of when the numbers are, and the way to count again. */
function Counted({ profile }: { profile: ProfileSummary }) {
  const counts = useCounts((state) => state.counts[profile.id])
  const error = useCounts((state) => state.errors[profile.id])
  const counting = useCounts((state) => state.counting[profile.id] === true)
  const count = useCounts((state) => state.count)
  const [now] = useState(() => Date.now())
  return (
    <div className={classes.counted}>
      <span role="status">
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
  )
}
