import { ErrorCard } from '../../components/error-card.tsx'
import { Loading } from '../../components/loading.tsx'
import { Screen } from '../../components/screen.tsx'
import { useProfiles, useRuns } from '../../stores/context.tsx'
import classes from './home-screen.module.css'
import { ProfileCard } from './profile-card.tsx'
import { RecentRuns } from './recent-runs.tsx'
import { RunUnderWay } from './run-under-way.tsx'
import { Welcome } from './welcome.tsx'

/** First screen: the profiles to choose from, the run that is under way, and what has been run. */
export function HomeScreen() {
  const profiles = useProfiles((state) => state.profiles)
  const error = useProfiles((state) => state.error)
  const runs = useRuns((state) => state.runs)

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
      {error && <ErrorCard error={error} />}
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
