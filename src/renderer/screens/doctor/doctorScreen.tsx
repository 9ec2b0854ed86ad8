import { useEffect } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { CheckPanel } from '../../components/check/checkPanel.tsx'
import { Loading } from '../../components/loading.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { useDoctor, useDrafts, useNavigation, useProfiles } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'

/** The check of a connection by itself; a field that it names is in the form. */
export function DoctorScreen({ profileId }: { profileId: string }) {
  const profile = useProfiles((state) => state.profiles?.find(({ id }) => id === profileId))
  const isRead = useProfiles((state) => state.profiles !== null)
  if (profile) return <DoctorView profile={profile} />
  return (
    <Screen back title={texts.doctor.checks}>
      {isRead ? <p>{texts.doctor.thisConnectionWasDeleted}</p> : <Loading what={texts.doctor.theConnection} />}
    </Screen>
  )
}

function DoctorView({ profile: { id, name, database, bucket, problem } }: { profile: ProfileSummary }) {
  const mine = useDoctor((state) => state.profileId === id)
  const start = useDoctor((state) => state.start)
  const want = useDrafts((state) => state.want)
  const go = useNavigation((state) => state.go)
  // What was found stays while one looks at other things; a connection that was not looked at yet is.
  useEffect(() => {
    if (!mine && problem === null) void start(id, 'run')
  }, [id, mine, problem, start])
  return (
    <Screen back title={texts.doctor.checksOf(name)} subtitle={<Route database={database} bucket={bucket} />}>
      {problem !== null && (
        <p role="alert" data-tone="bad" style={{ margin: 0, color: 'var(--tone-text)' }}>
          {problem}
        </p>
      )}
      <CheckPanel
        profileId={id}
        onField={(field) => {
          want(field)
          go({ name: 'connection', profileId: id, tab: 'settings' })
        }}
      />
    </Screen>
  )
}
