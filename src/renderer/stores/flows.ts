import type { ErrorCode, ErrorData } from '../../shared/errors.ts'
import type { AuditRepairs } from '../../shared/auditRepair.ts'
import type { CheckLevel, RollbackOptions, UndoSelection } from '../../shared/run.ts'
import { texts } from '../texts/texts.ts'
import type { Reply } from '../api.ts'
import type { DroppedFile } from './discovery.ts'
import type { Order } from './live.ts'
import type { Preparation, Screen } from './navigation.ts'
import type { StoreSet } from './storeSet.ts'

/** What touches more than one store. */
export interface Flows {
  /** Adds the connections of an exported file, and says which. */
  importProfiles: (text: string) => Promise<void>
  /** Exported connections are added; in anything else the settings of a new connection are looked for. */
  takeDropped: (files: DroppedFile[]) => void
  /** Looks for the settings of a new connection in a text that was pasted. */
  takePasted: (text: string) => void
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

export function createFlows(stores: StoreSet): Flows {
  const { api, navigation, profiles, runs, connectionRuns, live, interrupted, importing, discovery, notices, support } =
    stores

  type Made = Promise<Reply<{ runId: string }>>

  /** Shows the run that an order makes, unless the user has gone elsewhere meanwhile. */
  async function showMade(pending: Order, make: () => Made) {
    const { screen: asked } = navigation.getState()
    const made = await live.getState().order(pending, make)
    const { screen, replace } = navigation.getState()
    if (made.ok && screen === asked) replace({ name: 'run', runId: made.value.runId })
  }

  /** The same; the screen that it was asked for on stays one step back, with its choice. */
  async function showPreview(pending: Order, make: () => Made) {
    const { screen: asked } = navigation.getState()
    const made = await live.getState().order(pending, make)
    const { screen, go } = navigation.getState()
    if (made.ok && screen === asked) go({ name: 'run', runId: made.value.runId })
  }

  /** How a plan is made that starts from a run. */
  function preparing(runId: string, what: Preparation, code: ErrorCode | null, anyway: boolean): Made {
    switch (what) {
      case 'retry':
        return api.runs.retryFailed(runId, code ?? 'can succeed')
      case 'again':
      case 'return':
      case 'undo':
        return api.runs.prepareUndo(runId, {}, { keepObjects: false, force: false })
      case 'quarantine':
      case 'purge':
        return api.runs.prepareFree(runId, what, anyway)
    }
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
    importProfiles,
    takeDropped(files) {
      const [first] = files
      if (first && /\.json$/i.test(first.name)) {
        void takeJson(first)
        return
      }
      navigation.getState().go({ name: 'new' })
      void discovery.getState().readFiles(files)
    },
    takePasted(text) {
      const { screen, go } = navigation.getState()
      // The editor keeps what stands in it.
      const isEditor = screen.name === 'new' || (screen.name === 'connection' && screen.tab === 'settings')
      if (!isEditor) go({ name: 'new' })
      void discovery.getState().readText(text)
    },
    async makePlan(profileId) {
      navigation.getState().go({ name: 'plan', profileId })
      await showMade('plan', () => api.runs.plan(profileId, {}))
    },
    async prepare({ runId, profileId }, what, { code = null, anyway = false } = {}) {
      const { screen, go } = navigation.getState()
      const wanted: Screen = { name: 'plan', profileId, of: { runId, what, ...(code !== null && { code }) } }
      if (screen.name !== 'plan') go(wanted)
      await showMade('plan', () => preparing(runId, what, code, anyway))
    },
    previewUndo: (runId, selection, options) =>
      showPreview('undo', () => api.runs.prepareUndo(runId, selection, options)),
    auditProfile: (profileId, level) => showPreview('plan', () => api.runs.audit(profileId, level)),
    previewRepairs: (auditId, repairs) => showPreview('undo', () => api.runs.prepareRepairs(auditId, repairs)),
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
      const made = await live.getState().order('import', () => api.runs.import(profileId, path))
      if (!made.ok) return
      close()
      navigation.getState().go({ name: 'run', runId: made.value.runId })
    },
  }
}
