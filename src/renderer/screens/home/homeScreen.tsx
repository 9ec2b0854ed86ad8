import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Screen } from '../../components/screen.tsx'
import { useProfiles } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { Welcome } from './welcome.tsx'

/** What there is before the first connection. */
export function HomeScreen() {
  const { profiles, error, load } = useProfiles((state) => state)
  return (
    <Screen title={texts.home.welcome}>
      {error && <ErrorCard error={error} onRetry={() => void load()} />}
      {!profiles && !error && <Loading what={texts.home.connectionsToRead} />}
      {profiles && <Welcome />}
    </Screen>
  )
}
