import { useWindowEvent } from '@mantine/hooks'
import { useEffect } from 'react'
import type { RunSummary } from '../../../shared/run.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Screen } from '../../components/screen.tsx'
import { useProfiles, useRuns } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { HomeMenu } from './homeMenu.tsx'
import classes from './homeScreen.module.css'
import { InterruptedRuns } from './interruptedRuns.tsx'
import { NewConnectionButton } from './newConnectionButton.tsx'
import { ProfileCard } from './profileCard.tsx'
import { RecentRuns } from './recentRuns.tsx'
import { RunUnderWay } from '../../components/run/runUnderWay.tsx'
import { Welcome } from './welcome.tsx'

/** First screen: the connections to choose from, the run that is under way, and what has been run. */
export function HomeScreen() {
  const profiles = useProfiles((state) => state.profiles)
  const error = useProfiles((state) => state.error)
  const load = useProfiles((state) => state.load)
  const runs = useRuns((state) => state.runs)
  // Profiles are added in a terminal, too: who comes back from there finds them.
  useEffect(() => void load(), [load])
  useWindowEvent('focus', () => void load())

  if (profiles?.length === 0) {
    return (
      <Screen title={texts.home.welcome}>
        {error && <ErrorCard error={error} />}
        <Welcome />
        <RecentRuns />
      </Screen>
    )
  }
  return (
    <Screen
      title={texts.home.connections}
      subtitle={texts.home.eachConnectionLinksAReadurServer}
      actions={
        <>
          <HomeMenu />
          <NewConnectionButton />
        </>
      }
    >
      <RunUnderWay />
      <InterruptedRuns />
      {error && <ErrorCard error={error} onRetry={() => void load()} />}
      {!profiles && !error && <Loading what={texts.home.connectionsToRead} />}
      {profiles && (
        <ul className={classes.cards} aria-label={texts.home.connections}>
          {profiles.map((profile) => (
            <li key={profile.id}>
              <ProfileCard profile={profile} lastRun={lastRunOf(runs, profile.id)} />
            </li>
          ))}
        </ul>
      )}
      <RecentRuns />
    </Screen>
  )
}

/** The latest run that has a next step: an audit only looks. */
const lastRunOf = (runs: readonly RunSummary[] | null, profileId: string): RunSummary | null =>
  runs?.find((run) => run.profileId === profileId && run.kind !== 'audit') ?? null
