import { useHotkeys } from '@mantine/hooks'
import { useEffect } from 'react'
import classes from './app.module.css'
import { AppHeader } from './components/appHeader.tsx'
import { NoticeBar } from './components/noticeBar.tsx'
import { Questions } from './components/questions.tsx'
import { ConnectionScreen } from './screens/connection/connectionScreen.tsx'
import { DroppedStateFile } from './screens/history/droppedStateFile.tsx'
import { HistoryScreen } from './screens/history/historyScreen.tsx'
import { ImportDialog } from './screens/history/importDialog.tsx'
import { HomeScreen } from './screens/home/homeScreen.tsx'
import { PlanScreen } from './screens/plan/planScreen.tsx'
import { RunScreen } from './screens/run/runScreen.tsx'
import { UndoScreen } from './screens/undo/undoScreen.tsx'
import { VerifyScreen } from './screens/verify/verifyScreen.tsx'
import { StoresContext, useNavigation } from './stores/context.tsx'
import { backOf } from './stores/navigation.ts'
import type { Stores } from './stores/stores.ts'

/** The window over the given stores: header and the present screen. */
export function App({ stores }: { stores: Stores }) {
  useEffect(() => stores.begin(), [stores])
  return (
    <StoresContext value={stores}>
      <div className={classes.window}>
        <AppHeader />
        <main className={classes.main}>
          <CurrentScreen />
        </main>
        <ImportDialog />
        <DroppedStateFile />
        <Questions />
        <NoticeBar />
      </div>
    </StoresContext>
  )
}

function CurrentScreen() {
  const screen = useNavigation((state) => state.screen)
  const origin = useNavigation((state) => state.origin)
  const go = useNavigation((state) => state.go)
  useHotkeys([
    [
      'Escape',
      (event) => {
        const inDialog = event.target instanceof Element && event.target.closest('[role="dialog"]') !== null
        if (!inDialog && screen.name !== 'home') go(backOf(screen, origin))
      },
    ],
    ['mod+N', () => go({ name: 'connection', profileId: null })],
    ['mod+shift+H', () => go({ name: 'history' })],
  ])
  switch (screen.name) {
    case 'home':
      return <HomeScreen />
    case 'history':
      return <HistoryScreen />
    case 'connection':
      return <ConnectionScreen key={screen.profileId} profileId={screen.profileId} />
    case 'plan':
      return <PlanScreen profileId={screen.profileId} of={screen.of} />
    case 'run':
      return <RunScreen key={screen.runId} runId={screen.runId} />
    case 'undo':
      return <UndoScreen key={screen.runId} runId={screen.runId} documentId={screen.documentId} />
    case 'verify':
      return <VerifyScreen key={screen.runId} runId={screen.runId} />
  }
}
