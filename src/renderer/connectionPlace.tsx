import { Button } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import type { ProfileSummary } from '../shared/profile.ts'
import { ErrorCard } from './components/errorCard.tsx'
import { Loading } from './components/loading.tsx'
import { Panel } from './components/panel.tsx'
import { Screen } from './components/screen.tsx'
import { PlaceTabs } from './components/tabs.tsx'
import { AuditTab } from './screens/overview/auditTab.tsx'
import { OverviewTab } from './screens/overview/overviewTab.tsx'
import { PlanTab } from './screens/overview/planTab.tsx'
import { RunsTab } from './screens/overview/runsTab.tsx'
import { ConnectionScreen } from './screens/connection/connectionScreen.tsx'
import { useNavigation, useProfiles } from './stores/context.tsx'
import { type ConnectionTab, connectionTabs } from './stores/navigation.ts'
import { texts } from './texts/texts.ts'

const tabs = connectionTabs.map((value) => ({ value, label: texts.shell.tabs[value] }))

/** A connection, with everything that belongs to it behind one row of tabs. */
export function ConnectionPlace({ profileId, tab }: { profileId: string; tab: ConnectionTab }) {
  const profiles = useProfiles((state) => state.profiles)
  const go = useNavigation((state) => state.go)
  const profile = profiles?.find(({ id }) => id === profileId)
  if (!profile) return <Missing />
  return (
    <PlaceTabs
      label={profile.name}
      tabs={tabs}
      value={tab}
      onChange={(chosen) => go({ name: 'connection', profileId, tab: chosen })}
    >
      {contentOf(tab, profile)}
    </PlaceTabs>
  )
}

function contentOf(tab: ConnectionTab, profile: ProfileSummary): ReactNode {
  switch (tab) {
    case 'overview':
      return <OverviewTab profile={profile} />
    case 'plan':
      return <PlanTab profile={profile} />
    case 'runs':
      return <RunsTab profile={profile} />
    case 'audit':
      return <AuditTab profile={profile} />
    case 'settings':
      return <ConnectionScreen profileId={profile.id} />
  }
}

/** It is still being read, or it was deleted. */
function Missing() {
  const profiles = useProfiles((state) => state.profiles)
  const failed = useProfiles((state) => state.error)
  const load = useProfiles((state) => state.load)
  const go = useNavigation((state) => state.go)
  useEffect(() => void load(), [load])
  return (
    <Screen title={texts.overview.connection}>
      {failed && <ErrorCard error={failed} onRetry={() => void load()} />}
      {!profiles && !failed && <Loading what={texts.overview.theConnection} />}
      {profiles && (
        <Panel title={texts.overview.connectionNotFound}>
          <p>{texts.overview.connectionDeleted}</p>
          <Button variant="default" onClick={() => go({ name: 'history' })}>
            {texts.overview.openHistory}
          </Button>
        </Panel>
      )}
    </Screen>
  )
}
