import type { StoreApi } from 'zustand/vanilla'
import type { Api } from '../api.ts'
import { isUnderWay } from '../format/status.ts'
import { createLiveStore, type LiveState } from './live.ts'
import { type AddressBar, createNavigationStore, type NavigationState } from './navigation.ts'
import { createProfilesStore, type ProfilesState } from './profiles.ts'
import { createRunsStore, type RunsState } from './runs.ts'
import { createShownRunStore, type ShownRunState } from './shownRun.ts'

/** All stores of the window, and the few flows that touch more than one. */
export interface Stores {
  api: Api
  navigation: StoreApi<NavigationState>
  profiles: StoreApi<ProfilesState>
  runs: StoreApi<RunsState>
  live: StoreApi<LiveState>
  shownRun: StoreApi<ShownRunState>
  /** Reads what the first screen needs and returns to the run that is under way. The returned function ends it. */
  begin: () => () => void
  /** Shows the plan of a profile as it is being made. */
  makePlan: (profileId: string) => Promise<void>
}

/** Builds the stores over one api. */
export function createStores(api: Api, address: AddressBar): Stores {
  const openedFresh = address.read() === ''
  const navigation = createNavigationStore(address)
  const profiles = createProfilesStore(api)
  const runs = createRunsStore(api)
  const live = createLiveStore(api)
  const shownRun = createShownRunStore(api)

  /** A run that has come to rest has a new record: read again what is on the screen. */
  function followStatus() {
    return live.subscribe(({ snapshot }, before) => {
      if (!snapshot) return
      const same = before.snapshot?.runId === snapshot.runId && before.snapshot.status === snapshot.status
      if (same) return
      void runs.getState().load()
      if (shownRun.getState().runId === snapshot.runId) void shownRun.getState().load(snapshot.runId)
    })
  }

  async function returnToRun() {
    const opened = navigation.getState().screen
    await live.getState().refresh()
    const { snapshot } = live.getState()
    const { screen, replace } = navigation.getState()
    if (screen !== opened) return
    const underWay = snapshot !== null && isUnderWay(snapshot.status)
    if (underWay && (screen.name === 'plan' || (screen.name === 'home' && openedFresh))) {
      replace({ name: 'run', runId: snapshot.runId })
    } else if (screen.name === 'plan') {
      replace({ name: 'home' })
    }
  }

  return {
    api,
    navigation,
    profiles,
    runs,
    live,
    shownRun,
    begin() {
      const unfollow = followStatus()
      const unlisten = live.getState().listen()
      // What an order was refused for belongs to the screen on which it was given.
      const forget = navigation.subscribe(() => live.getState().dismissError())
      void profiles.getState().load()
      void runs.getState().load()
      void returnToRun()
      return () => {
        unfollow()
        unlisten()
        forget()
      }
    },
    async makePlan(profileId) {
      navigation.getState().go({ name: 'plan', profileId })
      const runId = await live.getState().plan(profileId, {})
      const { screen, replace } = navigation.getState()
      const stillThere = screen.name === 'plan' && screen.profileId === profileId
      if (runId !== null && stillThere) replace({ name: 'run', runId })
    },
  }
}
