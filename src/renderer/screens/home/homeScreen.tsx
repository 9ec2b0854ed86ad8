import { useWindowEvent } from '@mantine/hooks'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Screen } from '../../components/screen.tsx'
import { useProfiles, useRuns } from '../../stores/context.tsx'
import classes from './homeScreen.module.css'
import { ProfileCard } from './profileCard.tsx'
import { RecentRuns } from './recentRuns.tsx'
import { RunUnderWay } from './runUnderWay.tsx'
import { Welcome } from './welcome.tsx'

/** First screen: the profiles to choose from, the run that is under way, and what has been run. */
export function HomeScreen() {
  const profiles = useProfiles((state) => state.profiles)
  const error = useProfiles((state) => state.error)
  const load = useProfiles((state) => state.load)
  const runs = useRuns((state) => state.runs)
  // Profiles are added in a terminal: who comes back from there finds them.
  useWindowEvent('focus', () => void load())

  if (profiles?.length === 0) {
    return (
      <Screen title="Welcome">
        <Welcome />
        <RecentRuns />
      </Screen>
    )
  }
  return (
    <Screen title="Profiles" subtitle="A profile is a Readur server and the bucket that its documents move to.">
      <RunUnderWay />
      {error && <ErrorCard error={error} onRetry={() => void load()} />}
      {!profiles && !error && <Loading what="profiles" />}
      {profiles && (
        <ul className={classes.cards} aria-label="Profiles">
          {profiles.map((profile) => (
            <li key={profile.id}>
              <ProfileCard profile={profile} lastRun={runs?.find((run) => run.profileId === profile.id) ?? null} />
            </li>
          ))}
        </ul>
      )}
      <RecentRuns />
    </Screen>
  )
}
