import { useHotkeys } from '@mantine/hooks'
import { useEffect } from 'react'
import classes from './app.module.css'
import { AppHeader } from './components/appHeader.tsx'
import { HomeScreen } from './screens/home/homeScreen.tsx'
import { PlanScreen } from './screens/plan/planScreen.tsx'
import { RunScreen } from './screens/run/runScreen.tsx'
import { StoresContext, useNavigation } from './stores/context.tsx'
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
      </div>
    </StoresContext>
  )
}

function CurrentScreen() {
  const screen = useNavigation((state) => state.screen)
  const go = useNavigation((state) => state.go)
  useHotkeys([
    [
      'Escape',
      (event) => {
        const inDialog = event.target instanceof Element && event.target.closest('[role="dialog"]') !== null
        if (!inDialog && screen.name !== 'home') go({ name: 'home' })
      },
    ],
  ])
  switch (screen.name) {
    case 'home':
      return <HomeScreen />
    case 'plan':
      return <PlanScreen profileId={screen.profileId} />
    case 'run':
      return <RunScreen key={screen.runId} runId={screen.runId} />
  }
}
