import type { StoreApi } from 'zustand/vanilla'
import type { ErrorCode, ErrorData } from '../../shared/errors.ts'
import type { CheckLevel, RollbackOptions, RunSnapshot, UndoSelection } from '../../shared/run.ts'
import type { AuditRepairs } from '../../shared/auditRepair.ts'
import type { Api } from '../api.ts'
import { isUnderWay } from '../format/status.ts'
import { texts } from '../texts/texts.ts'
import { type BackupsState, createBackupsStore } from './backups.ts'
import { createConnectionRunsStore, type ConnectionRunsState } from './connectionRuns.ts'
import { createConnectionTestStore, type ConnectionTestState } from './connectionTest.ts'
import { createCountsStore, type CountsState } from './counts.ts'
import { createDiscoveryStore, type DiscoveryState, type DroppedFile } from './discovery.ts'
import { createDoctorStore, type DoctorState } from './doctor.ts'
import { createDraftsStore, isChanged, newConnection, type DraftsState } from './drafts.ts'
import { createFindingsStore, type FindingsState } from './findings.ts'
import { createHistoryStore, type HistoryState } from './history.ts'
import { createImportingStore, type ImportingState } from './importing.ts'
import { createInterruptedStore, type InterruptedState } from './interrupted.ts'
import { createLiveStore, type LiveState } from './live.ts'
import {
  type AddressBar,
  createNavigationStore,
  type NavigationState,
  type Preparation,
  type Screen,
} from './navigation.ts'
import { createNoticesStore, type NoticesState } from './notices.ts'
import { createOverlayStore, type OverlayState } from './overlay.ts'
import { createProfilesStore, type ProfilesState } from './profiles.ts'
import { createQuestionsStore, type QuestionsState } from './questions.ts'
import { createReadurStatesStore, type ReadurStatesState } from './readurStates.ts'
import { createRunsStore, type RunsState } from './runs.ts'
import { createSettingsStore, type SettingsState } from './settings.ts'
import { createShownRunStore, type ShownRunState } from './shownRun.ts'
import { createSshHostsStore, type SshHostsState } from './sshHosts.ts'
import { createSupportStore, type SupportState } from './support.ts'

/** All stores of the window, and the few flows that touch more than one. */
export interface Stores {
  api: Api
  navigation: StoreApi<NavigationState>
  profiles: StoreApi<ProfilesState>
  runs: StoreApi<RunsState>
  connectionRuns: StoreApi<ConnectionRunsState>
  counts: StoreApi<CountsState>
  settings: StoreApi<SettingsState>
  readurStates: StoreApi<ReadurStatesState>
  live: StoreApi<LiveState>
  shownRun: StoreApi<ShownRunState>
  history: StoreApi<HistoryState>
  interrupted: StoreApi<InterruptedState>
  findings: StoreApi<FindingsState>
  importing: StoreApi<ImportingState>
  drafts: StoreApi<DraftsState>
  discovery: StoreApi<DiscoveryState>
  connectionTest: StoreApi<ConnectionTestState>
  sshHosts: StoreApi<SshHostsState>
  questions: StoreApi<QuestionsState>
  notices: StoreApi<NoticesState>
  overlay: StoreApi<OverlayState>
  doctor: StoreApi<DoctorState>
  backups: StoreApi<BackupsState>
  support: StoreApi<SupportState>
  /** Tests a connection as it is kept. */
  testProfile: (profileId: string) => Promise<void>
  /** Adds the connections of an exported file, and says which. */
  importProfiles: (text: string) => Promise<void>
  /** Exported connections are added; in anything else the settings of a new connection are looked for. */
  takeDropped: (files: DroppedFile[]) => void
  /** Reads what the first screen needs and returns to the run that is under way. The returned function ends it. */
  begin: () => () => void
  /** Shows the plan of a profile as it is being made. */
  makePlan: (profileId: string) => Promise<void>
  /**
   * Shows a plan as it is being made that starts from a run. With a code, `retry` is about what failed for this cause.
   * `anyway`: local files are to go although something is missing before that.
   */
  prepare: (
    run: { runId: string; profileId: string },
    what: Preparation,
    how?: { code?: ErrorCode | null; anyway?: boolean },
  ) => Promise<void>
  /** Has a rollback planned, and shows it. */
  previewUndo: (runId: string, selection: UndoSelection, options: RollbackOptions) => Promise<void>
  /** Has the repair of what an audit has found planned, and shows it. */
  previewRepairs: (auditId: string, repairs: AuditRepairs) => Promise<void>
  /** Has all rows, files and objects of a connection compared, and shows it. */
  auditProfile: (profileId: string, level: CheckLevel) => Promise<void>
  /** Writes the support bundle that is shown, where the user says, and tells so. */
  writeBundle: () => Promise<void>
  /** Deletes the record of a run and leaves its page. Resolves with why it was refused, or null. */
  forgetRun: (runId: string) => Promise<ErrorData | null>
  /** Goes on with a run, and shows it. */
  resume: (runId: string) => Promise<void>
  /** Reads the chosen state file, and shows the run that it becomes. */
  importState: (profileId: string) => Promise<void>
}

/** The screen that shows an activity. */
export function screenOfActivity({ runId, activity }: Pick<RunSnapshot, 'runId' | 'activity'>): Screen {
  if (activity === 'validate') return { name: 'validate', runId }
  return { name: activity === 'check' || activity === 'repair' ? 'verify' : 'run', runId }
}

/** Builds the stores over one api. */
export function createStores(api: Api, address: AddressBar): Stores {
  const openedFresh = address.read() === ''
  const navigation = createNavigationStore(address)
  const profiles = createProfilesStore(api)
  const runs = createRunsStore(api)
  const connectionRuns = createConnectionRunsStore(api)
  const counts = createCountsStore(api)
  const settings = createSettingsStore(api)
  const readurStates = createReadurStatesStore(api)
  const live = createLiveStore(api)
  const shownRun = createShownRunStore(api)
  const history = createHistoryStore(api)
  const interrupted = createInterruptedStore(api)
  const findings = createFindingsStore(api)
  const importing = createImportingStore(api)
  const drafts = createDraftsStore(api)
  const discovery = createDiscoveryStore(api)
  const connectionTest = createConnectionTestStore(api)
  const sshHosts = createSshHostsStore(api)
  const questions = createQuestionsStore(api)
  const notices = createNoticesStore()
  const overlay = createOverlayStore()
  const doctor = createDoctorStore(api)
  const backups = createBackupsStore(api)
  const support = createSupportStore(api)

  /** What has come to rest has a new record: read again what is on the screen. */
  function followStatus() {
    return live.subscribe(({ snapshot }, before) => {
      if (!snapshot) return
      const same = before.snapshot?.runId === snapshot.runId && before.snapshot.status === snapshot.status
      if (same) return
      void runs.getState().load()
      void connectionRuns.getState().reload()
      if (!isUnderWay(snapshot.status)) {
        void counts.getState().count(snapshot.profileId)
        // The checks before it have looked.
        void readurStates.getState().load(snapshot.profileId)
      }
      void interrupted.getState().load()
      if (history.getState().runs !== null) void history.getState().reload()
      if (shownRun.getState().runId === snapshot.runId) void shownRun.getState().load(snapshot.runId)
      if (findings.getState().runId === snapshot.runId) void findings.getState().load(snapshot.runId)
    })
  }

  /** The end of a backup that nobody looks at. */
  function tellOfBackups() {
    return backups.subscribe(({ snapshot, asked, open }, before) => {
      if (!snapshot || before.snapshot?.state !== 'running' || snapshot.state === 'running' || asked !== null) return
      const { profileId, state, path } = snapshot
      if (state === 'cancelled') return
      const said = state === 'done' ? texts.notices.backedUpTo(path) : texts.notices.databaseNotBackedUp
      const show = { label: texts.notices.show, run: () => open({ profileId, runId: null }, 'backup') }
      notices.getState().show(said, show)
    })
  }

  /** An editor that is left with unsaved changes asks nothing: they are kept, and the way back is offered. */
  function keepLeftDrafts() {
    return navigation.subscribe(({ screen, go }, { screen: before }) => {
      if (before.name !== 'connection' || screen === before) return
      const key = before.profileId ?? newConnection
      connectionTest.getState().forget()
      discovery.getState().forget()
      const draft = drafts.getState().drafts[key]
      drafts.getState().close(key)
      if (!draft || !isChanged(draft)) return
      const name = draft.form.name.trim()
      const what = name === '' ? texts.notices.theNewConnection : `“${name}”`
      const back = { label: texts.notices.continueEditing, run: () => go(before) }
      notices.getState().show(texts.notices.unsavedChanges(what), back)
    })
  }

  /** What is on this computer answers at once. A server is only asked when somebody wants to know: it may ask back. */
  async function countNearby() {
    await counts.getState().load()
    for (const { id, server, problem } of profiles.getState().profiles ?? []) {
      if (server === null && problem === null) void counts.getState().count(id)
    }
  }

  async function returnToRun() {
    const opened = navigation.getState().screen
    await live.getState().refresh()
    const { snapshot } = live.getState()
    const { screen, replace } = navigation.getState()
    if (screen !== opened) return
    const underWay = snapshot !== null && isUnderWay(snapshot.status)
    if (underWay && (screen.name === 'plan' || (screen.name === 'home' && openedFresh))) {
      replace(screenOfActivity(snapshot))
    } else if (screen.name === 'plan') {
      replace({ name: 'home' })
    }
  }

  /** Shows the run that an order has made, unless the user has gone elsewhere meanwhile. */
  async function showMade(made: Promise<string | null>) {
    const { screen: asked } = navigation.getState()
    const runId = await made
    const { screen, replace } = navigation.getState()
    if (runId !== null && screen === asked) replace({ name: 'run', runId })
  }

  /** The same; the screen that it was asked for on stays one step back, with its choice. */
  async function showPreview(made: Promise<string | null>) {
    const { screen: asked } = navigation.getState()
    const runId = await made
    const { screen, go } = navigation.getState()
    if (runId !== null && screen === asked) go({ name: 'run', runId })
  }

  async function importProfiles(text: string) {
    const names = await profiles.getState().importFrom(text)
    if (names === null) return
    const what = names.map((name) => `“${name}”`).join(', ')
    const added = names.length === 0 ? texts.notices.theFileContainsNoConnection : texts.notices.imported(what)
    notices.getState().show(added)
  }

  /** Other JSON is a state file, as a run leaves it. */
  async function takeJson(file: DroppedFile) {
    const text = await file.text()
    if (/"format"\s*:\s*"readur-migrate profiles"/.test(text)) await importProfiles(text)
    else importing.getState().open(file.path)
  }

  return {
    api,
    navigation,
    profiles,
    runs,
    connectionRuns,
    counts,
    settings,
    readurStates,
    live,
    shownRun,
    history,
    interrupted,
    findings,
    importing,
    drafts,
    discovery,
    connectionTest,
    sshHosts,
    questions,
    notices,
    overlay,
    doctor,
    backups,
    support,
    begin() {
      const unfollow = followStatus()
      const unlisten = live.getState().listen()
      const endTests = connectionTest.getState().listen()
      const endDoctor = doctor.getState().listen()
      const endBackups = backups.getState().listen()
      const unfollowBackups = tellOfBackups()
      const endQuestions = questions.getState().listen()
      const unwatch = keepLeftDrafts()
      // What an order was refused for belongs to the screen on which it was given.
      const forget = navigation.subscribe(() => live.getState().dismissError())
      void settings.getState().load()
      void profiles.getState().load().then(countNearby)
      void runs.getState().load()
      void interrupted.getState().load()
      void questions.getState().refresh()
      void backups.getState().refresh()
      void returnToRun()
      return () => {
        unfollow()
        unlisten()
        endTests()
        endDoctor()
        endBackups()
        unfollowBackups()
        endQuestions()
        unwatch()
        forget()
      }
    },
    async testProfile(profileId) {
      const reply = await api.profiles.get(profileId)
      const { start, refuse } = connectionTest.getState()
      if (!reply.ok) {
        refuse(profileId, reply.error)
        return
      }
      const { name, server, envFile, variables } = reply.value
      await start(profileId, { profileId, draft: { name, server, envFile, variables }, secrets: {} })
    },
    importProfiles,
    takeDropped(files) {
      const [first] = files
      if (first && /\.json$/i.test(first.name)) {
        void takeJson(first)
        return
      }
      navigation.getState().go({ name: 'connection', profileId: null })
      void discovery.getState().readFiles(files)
    },
    async makePlan(profileId) {
      navigation.getState().go({ name: 'plan', profileId })
      await showMade(live.getState().plan(profileId, {}))
    },
    async prepare({ runId, profileId }, what, { code = null, anyway = false } = {}) {
      const { screen, go } = navigation.getState()
      const wanted: Screen = { name: 'plan', profileId, of: { runId, what, ...(code !== null && { code }) } }
      if (screen.name !== 'plan') go(wanted)
      await showMade(live.getState().prepare(runId, what, { code, anyway }))
    },
    async previewUndo(runId, selection, options) {
      await showPreview(live.getState().prepareUndo(runId, selection, options))
    },
    async auditProfile(profileId, level) {
      await showPreview(live.getState().audit(profileId, level))
    },
    async previewRepairs(auditId, repairs) {
      await showPreview(live.getState().prepareRepairs(auditId, repairs))
    },
    async writeBundle() {
      const written = await support.getState().write()
      if (!written) return
      const { path, bundleId } = written
      support.getState().close()
      notices.getState().show(texts.notices.bundleSaved(path), {
        label: texts.notices.showInFolder,
        run: () => void api.support.reveal(bundleId),
      })
    },
    async forgetRun(runId) {
      const reply = await api.records.forget(runId)
      if (!reply.ok) return reply.error
      void runs.getState().load()
      void interrupted.getState().load()
      void connectionRuns.getState().reload()
      const { origin, go } = navigation.getState()
      go(origin)
      notices.getState().show(texts.notices.runRecordDeleted)
      return null
    },
    async resume(runId) {
      const begun = await live.getState().resume(runId)
      const { screen, go } = navigation.getState()
      const isShown = screen.name === 'run' && screen.runId === runId
      if (begun && !isShown) go({ name: 'run', runId })
    },
    async importState(profileId) {
      const { path, close } = importing.getState()
      if (path === null) return
      const runId = await live.getState().importState(profileId, path)
      if (runId === null) return
      close()
      navigation.getState().go({ name: 'run', runId })
    },
  }
}
