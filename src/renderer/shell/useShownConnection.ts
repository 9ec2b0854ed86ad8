import { readLocalStorageValue, useLocalStorage } from '@mantine/hooks'
import { useEffect } from 'react'
import { useNavigation, useProfiles, useShownRun } from '../stores/context.tsx'

const key = 'readur-migrate-connection'

/** The connection that is shown where no address names one: the one that was shown last, or the first. */
export function useDefaultConnection(): string | null {
  const profiles = useProfiles((state) => state.profiles)
  const last = readLocalStorageValue<string>({ key })
  return (profiles?.find(({ id }) => id === last) ?? profiles?.[0])?.id ?? null
}

/** The connection that the screen is about; null where it is about none. */
export function useShownConnection(): string | null {
  const screen = useNavigation((state) => state.screen)
  const ofRun = useShownRun((state) => state.details?.profileId ?? null)
  const first = useDefaultConnection()
  const [, keep] = useLocalStorage({ key, getInitialValueInEffect: false })
  const named = 'profileId' in screen ? screen.profileId : null
  useEffect(() => {
    if (named !== null) keep(named)
  }, [keep, named])
  if (screen.name === 'home') return first
  return 'runId' in screen ? ofRun : named
}
