import type { Api } from '../api.ts'
import { createBackupsStore } from './backups.ts'
import { createCountsStore } from './counts.ts'
import { createDiscoveryStore } from './discovery.ts'
import { createDoctorStore } from './doctor.ts'
import { createDraftsStore } from './drafts.ts'
import { createHistoryStore } from './history.ts'
import { createImportingStore } from './importing.ts'
import { createLiveStore } from './live.ts'
import { type AddressBar, createNavigationStore } from './navigation.ts'
import { createNoticesStore } from './notices.ts'
import { createOverlayStore } from './overlay.ts'
import { createProfilesStore } from './profiles.ts'
import { createQuestionsStore } from './questions.ts'
import { createReadurStatesStore } from './readurStates.ts'
import { createConnectionRunsStore } from './connectionRuns.ts'
import { createFindingsStore, createInterruptedStore, createRunsStore } from './runLists.ts'
import { createSettingsStore } from './settings.ts'
import { createShownRunStore } from './shownRun.ts'
import { createSshHostsStore } from './sshHosts.ts'
import { createSupportStore } from './support.ts'

/** One store a topic. */
export const createStoreSet = (api: Api, address: AddressBar) => ({
  api,
  navigation: createNavigationStore(address),
  profiles: createProfilesStore(api),
  runs: createRunsStore(api),
  connectionRuns: createConnectionRunsStore(api),
  counts: createCountsStore(api),
  settings: createSettingsStore(api),
  readurStates: createReadurStatesStore(api),
  live: createLiveStore(api),
  shownRun: createShownRunStore(api),
  history: createHistoryStore(api),
  interrupted: createInterruptedStore(api),
  findings: createFindingsStore(api),
  importing: createImportingStore(api),
  drafts: createDraftsStore(api),
  discovery: createDiscoveryStore(api),
  sshHosts: createSshHostsStore(api),
  questions: createQuestionsStore(api),
  notices: createNoticesStore(),
  overlay: createOverlayStore(),
  doctor: createDoctorStore(api),
  backups: createBackupsStore(api),
  support: createSupportStore(api),
})

export type StoreSet = ReturnType<typeof createStoreSet>
