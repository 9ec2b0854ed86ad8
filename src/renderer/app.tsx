import { useHotkeys, useWindowEvent } from '@mantine/hooks'
import { useEffect } from 'react'
import classes from './app.module.css'
import { ConnectionPlace } from './connectionPlace.tsx'
import { Questions } from './components/questions.tsx'
import { ConnectionScreen } from './screens/connection/connectionScreen.tsx'
import { BackupDialog } from './components/backup/backupDialog.tsx'
import { SupportDialog } from './screens/support/supportDialog.tsx'
import { DoctorScreen } from './screens/doctor/doctorScreen.tsx'
import { Palette } from './screens/palette/palette.tsx'
import { Shortcuts } from './screens/palette/shortcuts.tsx'
import { CompareScreen } from './screens/record/compareScreen.tsx'
import { PathsScreen } from './screens/record/pathsScreen.tsx'
import { StateFileScreen } from './screens/record/stateFileScreen.tsx'
import { SettingsScreen } from './screens/settings/settingsScreen.tsx'
import { HistoryScreen } from './screens/history/historyScreen.tsx'
import { ImportDialog } from './screens/history/importDialog.tsx'
import { HomeScreen } from './screens/home/homeScreen.tsx'
import { HelpScreen } from './screens/help/helpScreen.tsx'
import { PlanScreen } from './screens/plan/planScreen.tsx'
import { RunScreen } from './runScreen.tsx'
import { RepairScreen } from './screens/repair/repairScreen.tsx'
import { UndoScreen } from './screens/undo/undoScreen.tsx'
import { ValidateScreen } from './screens/verify/validateScreen.tsx'
import { VerifyScreen } from './screens/verify/verifyScreen.tsx'
import { keepFocus } from './keptFocus.ts'
import { Sidebar, useFolded } from './shell/sidebar.tsx'
import { Toolbar } from './shell/toolbar.tsx'
import { useDefaultConnection } from './shell/useShownConnection.ts'
import { useScrollPlace } from './shell/useScrollPlace.ts'
import { StoresContext, useNavigation, useOverlay, useSettings } from './stores/context.tsx'
import { backOf } from './stores/navigation.ts'
import type { Stores } from './stores/stores.ts'
import { useMenu } from './useMenu.ts'
import { DroppedFiles } from './components/dropArea.tsx'

/** The window over the given stores: the sidebar and the present screen. */
export function App({ stores }: { stores: Stores }) {
  useEffect(() => stores.begin(), [stores])
  useEffect(() => keepFocus(document), [])
  return (
    <StoresContext value={stores}>
      <div className={classes.window}>
        <Frame />
        <ImportDialog />
        <BackupDialog />
        <SupportDialog />
        <DroppedFiles />
        <Palette />
        <Shortcuts />
        <Questions />
      </div>
    </StoresContext>
  )
}

/** What stays around the screens: they scroll alone. */
function Frame() {
  const { folded, toggle } = useFolded()
  useHotkeys([['mod+B', toggle]], [])
  const main = useScrollPlace()
  return (
    <>
      <Sidebar folded={folded} onFold={toggle} />
      <div className={classes.place}>
        <Toolbar />
        <main ref={main} className={classes.main}>
          <LocalizedScreen />
        </main>
      </div>
    </>
  )
}

/** Numbers and dates are written anew when the reader wants them otherwise. */
function LocalizedScreen() {
  const locale = useSettings(({ settings }) => settings.locale)
  return <CurrentScreen key={locale} />
}

function CurrentScreen() {
  const screen = useNavigation((state) => state.screen)
  const first = useDefaultConnection()
  useWindowKeys()
  useMenu()
  switch (screen.name) {
    case 'home':
      return first === null ? <HomeScreen /> : <ConnectionPlace key={first} profileId={first} tab="overview" />
    case 'history':
      return <HistoryScreen />
    case 'settings':
      return <SettingsScreen />
    case 'compare':
      return <CompareScreen key={`${screen.first} ${screen.second}`} first={screen.first} second={screen.second} />
    case 'state':
      return <StateFileScreen key={screen.runId} runId={screen.runId} />
    case 'paths':
      return <PathsScreen key={screen.runId} runId={screen.runId} />
    case 'doctor':
      return <DoctorScreen key={screen.profileId} profileId={screen.profileId} />
    case 'connection':
      return <ConnectionPlace key={screen.profileId} profileId={screen.profileId} tab={screen.tab} />
    case 'new':
      return <ConnectionScreen key="new" profileId={null} />
    case 'help':
      return <HelpScreen />
    case 'plan':
      return <PlanScreen profileId={screen.profileId} of={screen.of} />
    case 'run':
      return <RunScreen key={screen.runId} runId={screen.runId} />
    case 'undo':
      return <UndoScreen key={screen.runId} runId={screen.runId} documentId={screen.documentId} />
    case 'verify':
      return <VerifyScreen key={screen.runId} runId={screen.runId} />
    case 'validate':
      return <ValidateScreen key={screen.runId} runId={screen.runId} />
    case 'repair':
      return <RepairScreen key={screen.runId} runId={screen.runId} />
  }
}

/** The keys that hold everywhere. */
function useWindowKeys() {
  const screen = useNavigation((state) => state.screen)
  const origin = useNavigation((state) => state.origin)
  const go = useNavigation((state) => state.go)
  const step = useNavigation((state) => state.step)
  const open = useOverlay((state) => state.open)
  useHotkeys([
    [
      'Escape',
      (event) => {
        const inDialog = event.target instanceof Element && event.target.closest('[role="dialog"]') !== null
        const above = backOf(screen, origin)
        if (!inDialog && above !== null) go(above)
      },
    ],
    ['alt+ArrowLeft', () => step(-1)],
    ['alt+ArrowRight', () => step(1)],
    // Where it takes Shift to write it, and where not.
    ['shift+?', () => open('shortcuts')],
    ['?', () => open('shortcuts')],
  ])
  // In fields too: they write nothing there, and a radio button is a field to the browser.
  useHotkeys(
    [
      ['mod+K', () => open('find')],
      ['mod+N', () => go({ name: 'new' })],
      ['mod+shift+H', () => go({ name: 'history' })],
      ['mod+shift+O', () => go({ name: 'home' })],
      ['mod+,', () => go({ name: 'settings' })],
      ['F1', () => open('shortcuts')],
    ],
    [],
  )
  // The side buttons of a mouse.
  useWindowEvent('mouseup', (event) => {
    if (event.button !== 3 && event.button !== 4) return
    event.preventDefault()
    step(event.button === 3 ? -1 : 1)
  })
}
