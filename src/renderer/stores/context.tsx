import { createContext, use, useEffect } from 'react'
import { useStore } from 'zustand'
import type { ReadurState } from '../../shared/readurState.ts'
import { isUnderWay } from '../format/status.ts'
import type { BackupsState } from './backups.ts'
import type { ConnectionRunsState } from './connectionRuns.ts'
import type { ConnectionTestState } from './connectionTest.ts'
import type { CountsState } from './counts.ts'
import type { DiscoveryState } from './discovery.ts'
import type { DoctorState } from './doctor.ts'
import type { DraftsState } from './drafts.ts'
import type { FindingsState } from './findings.ts'
import type { HistoryState } from './history.ts'
import type { ImportingState } from './importing.ts'
import type { InterruptedState } from './interrupted.ts'
import type { LiveState } from './live.ts'
import type { NavigationState } from './navigation.ts'
import type { NoticesState } from './notices.ts'
import type { OverlayState } from './overlay.ts'
import type { ProfilesState } from './profiles.ts'
import type { QuestionsState } from './questions.ts'
import type { ReadurStatesState } from './readurStates.ts'
import type { RunsState } from './runs.ts'
import type { SettingsState } from './settings.ts'
import type { ShownRunState } from './shownRun.ts'
import type { SshHostsState } from './sshHosts.ts'
import type { SupportState } from './support.ts'
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
export const useHistory = <T,>(select: (state: HistoryState) => T): T => useStore(useStores().history, select)
export const useInterrupted = <T,>(select: (state: InterruptedState) => T): T =>
  useStore(useStores().interrupted, select)
export const useFindings = <T,>(select: (state: FindingsState) => T): T => useStore(useStores().findings, select)
export const useImporting = <T,>(select: (state: ImportingState) => T): T => useStore(useStores().importing, select)

/** Something is under way, or about to be: no other order can be given. */
export const useBusy = (): boolean =>
  useLive(({ snapshot, pending }) => pending !== null || (snapshot !== null && isUnderWay(snapshot.status)))
export const useDrafts = <T,>(select: (state: DraftsState) => T): T => useStore(useStores().drafts, select)
export const useDiscovery = <T,>(select: (state: DiscoveryState) => T): T => useStore(useStores().discovery, select)
export const useConnectionTest = <T,>(select: (state: ConnectionTestState) => T): T =>
  useStore(useStores().connectionTest, select)
export const useSshHosts = <T,>(select: (state: SshHostsState) => T): T => useStore(useStores().sshHosts, select)
export const useQuestions = <T,>(select: (state: QuestionsState) => T): T => useStore(useStores().questions, select)
export const useNotices = <T,>(select: (state: NoticesState) => T): T => useStore(useStores().notices, select)
export const useCounts = <T,>(select: (state: CountsState) => T): T => useStore(useStores().counts, select)
export const useSettings = <T,>(select: (state: SettingsState) => T): T => useStore(useStores().settings, select)
export const useReadurStates = <T,>(select: (state: ReadurStatesState) => T): T =>
  useStore(useStores().readurStates, select)

/** Where the Readur of a connection was last found to store; null until that is known. Asks no server. */
export function useReadurState(profileId: string): ReadurState | null {
  const load = useReadurStates((state) => state.load)
  useEffect(() => void load(profileId), [load, profileId])
  return useReadurStates((state) => state.known[profileId]?.state ?? null)
}
/** Whether the Readur of a connection can be tried with a test document. */
export const useCanTryReadur = (profileId: string): boolean =>
  useReadurStates((state) => state.texts[profileId]?.canTry === true)
export const useConnectionRuns = <T,>(select: (state: ConnectionRunsState) => T): T =>
  useStore(useStores().connectionRuns, select)
export const useOverlay = <T,>(select: (state: OverlayState) => T): T => useStore(useStores().overlay, select)
export const useDoctor = <T,>(select: (state: DoctorState) => T): T => useStore(useStores().doctor, select)
export const useBackups = <T,>(select: (state: BackupsState) => T): T => useStore(useStores().backups, select)
export const useSupport = <T,>(select: (state: SupportState) => T): T => useStore(useStores().support, select)
