import { createContext, use } from 'react'
import { useStore } from 'zustand'
import type { LiveState } from './live.ts'
import type { NavigationState } from './navigation.ts'
import type { ProfilesState } from './profiles.ts'
import type { RunsState } from './runs.ts'
import type { ShownRunState } from './shownRun.ts'
import type { Stores } from './stores.ts'

/** Gives the stores to all components below it. */
export const StoresContext = createContext<Stores | null>(null)

/** The stores themselves, for flows; components read state through the hooks below. */
export function useStores(): Stores {
  const stores = use(StoresContext)
  if (!stores) throw new Error('StoresContext is missing above this component')
  return stores
}

/** Part of the state of a store; the component is drawn again only when that part changes. */
export const useNavigation = <T,>(select: (state: NavigationState) => T): T => useStore(useStores().navigation, select)
export const useProfiles = <T,>(select: (state: ProfilesState) => T): T => useStore(useStores().profiles, select)
export const useRuns = <T,>(select: (state: RunsState) => T): T => useStore(useStores().runs, select)
export const useLive = <T,>(select: (state: LiveState) => T): T => useStore(useStores().live, select)
export const useShownRun = <T,>(select: (state: ShownRunState) => T): T => useStore(useStores().shownRun, select)
