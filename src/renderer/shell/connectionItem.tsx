import { UnstyledButton } from '@mantine/core'
import { useId } from 'react'
import type { ProfileSummary } from '../../shared/profile.ts'
import { Dot } from '../components/dot.tsx'
import { useNavigation } from '../stores/context.tsx'
import { useStanding } from '../stores/useStanding.ts'
import classes from './sidebar.module.css'

/** A connection at the side: a dot, its name, and where it stands in one line. */
export function ConnectionItem({ profile, shown }: { profile: ProfileSummary; shown: boolean }) {
  const id = useId()
  const go = useNavigation((state) => state.go)
  const { dot, share, line } = useStanding(profile)
  return (
    <UnstyledButton
      className={`${classes.item} ${classes.connection}`}
      aria-label={profile.name}
      aria-describedby={id}
      aria-current={shown ? 'page' : undefined}
      title={`${profile.name}: ${line}`}
      onClick={() => go({ name: 'connection', profileId: profile.id, tab: 'overview' })}
    >
      <Dot of={dot} share={share} />
      <span className={classes.words}>
        <span className={classes.name}>{profile.name}</span>
        <span id={id} className={classes.line}>
          {line}
        </span>
      </span>
    </UnstyledButton>
  )
}
