import { createContext, use, useEffect } from 'react'
import { useStore, type StoreApi } from 'zustand'
import type { ReadurState } from '../../shared/readurState.ts'
import { isUnderWay } from '../format/status.ts'
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
function hookOf<S>(pick: (stores: Stores) => StoreApi<S>) {
  return function useSelected<T>(select: (state: S) => T): T {
    return useStore(pick(useStores()), select)
  }
}

export const useNavigation = hookOf((stores) => stores.navigation)
export const useProfiles = hookOf((stores) => stores.profiles)
export const useRuns = hookOf((stores) => stores.runs)
export const useLive = hookOf((stores) => stores.live)
export const useShownRun = hookOf((stores) => stores.shownRun)
export const useHistory = hookOf((stores) => stores.history)
export const useInterrupted = hookOf((stores) => stores.interrupted)
export const useFindings = hookOf((stores) => stores.findings)
export const useImporting = hookOf((stores) => stores.importing)
export const useDrafts = hookOf((stores) => stores.drafts)
export const useDiscovery = hookOf((stores) => stores.discovery)
export const useSshHosts = hookOf((stores) => stores.sshHosts)
export const useQuestions = hookOf((stores) => stores.questions)
export const useNotices = hookOf((stores) => stores.notices)
export const useCounts = hookOf((stores) => stores.counts)
export const useSettings = hookOf((stores) => stores.settings)
export const useReadurStates = hookOf((stores) => stores.readurStates)
export const useConnectionRuns = hookOf((stores) => stores.connectionRuns)
export const useOverlay = hookOf((stores) => stores.overlay)
export const useDoctor = hookOf((stores) => stores.doctor)
export const useBackups = hookOf((stores) => stores.backups)
export const useSupport = hookOf((stores) => stores.support)

/** Something is under way, or about to be: no other order can be given. */
export const useBusy = (): boolean =>
  useLive(({ snapshot, pending }) => pending !== null || (snapshot !== null && isUnderWay(snapshot.status)))

/** Where the Readur of a connection was last found to store; null until that is known. Asks no server. */
export function useReadurState(profileId: string): ReadurState | null {
  const load = useReadurStates((state) => state.load)
  useEffect(() => void load(profileId), [load, profileId])
  return useReadurStates((state) => state.known[profileId]?.state ?? null)
}
/** Whether the Readur of a connection can be tried with a test document. */
export const useCanTryReadur = (profileId: string): boolean =>
  useReadurStates((state) => state.texts[profileId]?.canTry === true)
