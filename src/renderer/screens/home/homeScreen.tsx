import { useWindowEvent } from '@mantine/hooks'
import { useEffect } from 'react'
import type { RunSummary } from '../../../shared/run.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Screen } from '../../components/screen.tsx'
import { useNavigation, useNotices, useProfiles, useRuns } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './homeScreen.module.css'
import { InterruptedRuns, useInterruptedRuns } from './interruptedRuns.tsx'
import { NewConnectionButton } from './newConnectionButton.tsx'
import { ProfileCard } from './profileCard.tsx'
import { RunUnderWay } from '../../components/run/runUnderWay.tsx'
import { Welcome } from './welcome.tsx'
import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconDots, IconDownload, IconUpload } from '@tabler/icons-react'
import { FilePicker } from './filePicker.tsx'
import { Panel } from '../../components/panel.tsx'
import { RunTable } from '../../components/run/runTable.tsx'

/** First screen: the connections to choose from, the run that is under way, and what has been run. */
export function HomeScreen() {
  const { profiles, error, load } = useProfiles((state) => state)
  const runs = useRuns(({ value }) => value)
  const interrupted = useInterruptedRuns()
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
      subtitle={texts.home.connectionsMeans}
      actions={
        <>
          <HomeMenu />
          <NewConnectionButton variant="default" />
        </>
      }
    >
      <RunUnderWay />
      <InterruptedRuns runs={interrupted} />
      {error && <ErrorCard error={error} onRetry={() => void load()} />}
      {!profiles && !error && <Loading what={texts.home.connectionsToRead} />}
      {profiles && (
        <ul className={classes.cards} aria-label={texts.home.connections}>
          {profiles.map((profile) => (
            <li key={profile.id}>
              <ProfileCard
                profile={profile}
                lastRun={lastRunOf(runs, profile.id)}
                leads={profiles.length === 1 && interrupted.length === 0}
              />
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

/** Connections from another computer, and for another one. */
function HomeMenu() {
  const profiles = useProfiles((state) => state.profiles) ?? []
  const exportTo = useProfiles((state) => state.exportTo)
  const show = useNotices((state) => state.show)
  const save = async () => {
    const path = await exportTo(profiles.map(({ id }) => id))
    if (path !== null && path !== '') show(texts.home.exportedAll(path))
  }
  return (
    <FilePicker>
      {(choose) => (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={texts.home.moreActionsForConnections}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconUpload size={16} />} onClick={choose}>
              {texts.home.importConnections}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconDownload size={16} />}
              disabled={profiles.length === 0}
              onClick={() => void save()}
            >
              {texts.home.exportAllConnections}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </FilePicker>
  )
}

const shown = 5

/** The latest runs and the way to all of them; takes no room before there is any. */
function RecentRuns() {
  const runs = useRuns(({ value }) => value)
  const error = useRuns((state) => state.error)
  const load = useRuns((state) => state.load)
  const go = useNavigation((state) => state.go)
  if (error) return <ErrorCard error={error} onRetry={() => void load()} />
  if (!runs || runs.length === 0) return null
  return (
    <Panel
      title={texts.home.recentRuns}
      flush
      aside={
        <Button variant="subtle" size="compact-sm" onClick={() => go({ name: 'history' })}>
          {texts.home.showAll}
        </Button>
      }
    >
      <RunTable runs={runs.slice(0, shown)} label={texts.home.recentRuns} />
    </Panel>
  )
}
