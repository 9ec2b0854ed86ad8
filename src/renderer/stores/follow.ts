import { isUnderWay } from '../format/status.ts'
import { texts } from '../texts/texts.ts'
import { isChanged, newConnection } from './drafts.ts'
import { type Screen, screenOfActivity } from './navigation.ts'
import { runStart } from './shownRun.ts'
import type { StoreSet } from './storeSet.ts'

/** What has come to rest has a new record: read again what is on the screen. */
function followStatus({
  runs,
  connectionRuns,
  counts,
  readurStates,
  live,
  shownRun,
  history,
  interrupted,
  findings,
}: StoreSet) {
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
    if (history.getState().current !== null) void history.getState().reload()
    if (shownRun.getState().runId === snapshot.runId) void shownRun.getState().load(snapshot.runId)
    if (findings.getState().key === snapshot.runId) void findings.getState().load(snapshot.runId)
  })
}

/** The end of a backup that nobody looks at. */
function tellOfBackups({ notices, backups }: StoreSet) {
  return backups.subscribe(({ snapshot, asked, open }, before) => {
    if (!snapshot || before.snapshot?.state !== 'running' || snapshot.state === 'running' || asked !== null) return
    const { profileId, state, path } = snapshot
    if (state === 'cancelled') return
    const said = state === 'done' ? texts.notices.backedUpTo(path) : texts.notices.databaseNotBackedUp
    const show = { label: texts.notices.show, run: () => open({ profileId, runId: null }, 'backup') }
    notices.getState().show(said, show)
  })
}

/** A run that is opened begins where one is sent to, or at its summary; one that is returned to is as it was left. */
function placeOpenedRuns({ navigation, shownRun }: StoreSet) {
  return navigation.subscribe(({ screen, arrival }, { screen: before }) => {
    if (screen === before || screen.name !== 'run' || arrival === 'returned') return
    const runsBefore =
      before.name === 'compare' ? [before.first, before.second] : 'runId' in before ? [before.runId] : []
    const isBelow = screen.tab === undefined && runsBefore.includes(screen.runId)
    if (!isBelow) shownRun.getState().show(screen.runId, { ...runStart, tab: screen.tab ?? runStart.tab })
  })
}

/** The draft that is edited on a screen; null where none is. */
const editedAt = (screen: Screen): string | null =>
  screen.name === 'new'
    ? newConnection
    : screen.name === 'connection' && screen.tab === 'settings'
      ? screen.profileId
      : null

/** An editor that is left with unsaved changes asks nothing: they are kept, and the way back is offered. */
function keepLeftDrafts({ navigation, drafts, discovery, notices }: StoreSet) {
  return navigation.subscribe(({ screen, go }, { screen: before }) => {
    const key = editedAt(before)
    if (key === null || key === editedAt(screen)) return
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

/** What a remedy has changed of a connection is seen in its form and its card. */
function followRemedies({ doctor, drafts, profiles }: StoreSet) {
  return doctor.subscribe(({ done, profileId }, before) => {
    if (done === null || done === before.done || profileId === null) return
    void drafts.getState().refresh(profileId)
    void profiles.getState().load()
  })
}

/** What is on this computer answers at once. A server is only asked when somebody wants to know: it may ask back. */
async function countNearby({ profiles, counts }: StoreSet) {
  await counts.getState().load()
  for (const { id, server, problem } of profiles.getState().profiles ?? []) {
    if (server === null && problem === null) void counts.getState().count(id)
  }
}

async function returnToRun({ navigation, live }: StoreSet, openedFresh: boolean) {
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

/**
 * Reads what the first screen needs and returns to the run that is under way. The returned function ends it.
 * `openedFresh`: the window was not sent to a screen.
 */
export function begin(stores: StoreSet, openedFresh: boolean): () => void {
  const { navigation, profiles, runs, settings, live, interrupted, questions, doctor, backups } = stores
  const ends = [
    followStatus(stores),
    live.getState().listen(),
    doctor.getState().listen(),
    backups.getState().listen(),
    tellOfBackups(stores),
    questions.getState().listen(),
    keepLeftDrafts(stores),
    placeOpenedRuns(stores),
    followRemedies(stores),
    // What an order was refused for belongs to the screen on which it was given.
    navigation.subscribe(() => live.getState().dismissError()),
  ]
  void settings.getState().load()
  void profiles
    .getState()
    .load()
    .then(() => countNearby(stores))
  void runs.getState().load()
  void interrupted.getState().load()
  void questions.getState().refresh()
  void backups.getState().refresh()
  void returnToRun(stores, openedFresh)
  return () => ends.forEach((end) => end())
}
