import { createStore, type StoreApi } from 'zustand/vanilla'
import { isErrorCode, type ErrorCode } from '../../shared/errors.ts'
import type { RunSnapshot } from '../../shared/run.ts'

/**
 * What a plan is made of a run for. `retry`: what it failed at. `again`: what it rolled back. `return`: files that it
 * has put aside. `undo`: its repairs. `quarantine` and `delete`: its local files.
 */
export const preparations = ['retry', 'again', 'return', 'undo', 'quarantine', 'purge'] as const
export type Preparation = (typeof preparations)[number]

/** The views of a connection. */
export const connectionTabs = ['overview', 'plan', 'runs', 'audit', 'settings'] as const
export type ConnectionTab = (typeof connectionTabs)[number]

/** The views of a run. */
export const runTabs = ['summary', 'issues', 'files', 'record'] as const
export type RunTab = (typeof runTabs)[number]

/**
 * Where the window is. `home` is the connection that was shown last, or the welcome before there is one. `plan` lasts only until the plan that is being made has a run to be shown by. `undo` chooses what
 * of a run is rolled back, `verify` compares it with the world, `validate` looks at all that it has left; `repair` chooses
 * what is put right of what an audit has found.
 */
export type Screen =
  | { name: 'home' }
  | { name: 'history' }
  /** `licences`: with those of all packages over it. */
  | { name: 'settings'; licences?: true }
  | { name: 'help' }
  /** The editor of a new connection. */
  | { name: 'new' }
  | { name: 'connection'; profileId: string; tab: ConnectionTab }
  /** The checks of a connection. */
  | { name: 'doctor'; profileId: string }
  /** Two runs side by side. */
  | { name: 'compare'; first: string; second: string }
  /** The state file of a run, and the paths of before it. */
  | { name: 'state'; runId: string }
  | { name: 'paths'; runId: string }
  /** `code`: only what failed for this cause. */
  | { name: 'plan'; profileId: string; of?: { runId: string; what: Preparation; code?: ErrorCode } | undefined }
  | { name: 'run'; runId: string; tab?: RunTab | undefined }
  | { name: 'undo'; runId: string; documentId?: string | undefined }
  | { name: 'verify'; runId: string }
  | { name: 'validate'; runId: string }
  | { name: 'repair'; runId: string }

/** The places that runs are opened from. */
export type Origin = Extract<Screen, { name: 'home' | 'history' | 'connection' }>

export interface NavigationState {
  screen: Screen
  /** The list that was shown last: the way back leads there. */
  origin: Origin
  /** How the screen was come to: one that is returned to keeps its place. */
  arrival: 'opened' | 'returned'
  /** Goes to a screen; the platform's "back" returns. */
  go: (screen: Screen) => void
  /** Shows a screen in the place of the present one. */
  replace: (screen: Screen) => void
  /** One step through the screens that were shown: back, or forward again. */
  step: (by: -1 | 1) => void
}

/** The part of the browser that keeps the screen over a reload: the address's fragment. */
export interface AddressBar {
  read: () => string
  push: (hash: string) => void
  replace: (hash: string) => void
  step: (by: -1 | 1) => void
  /** Called when the user goes back or forward. */
  listen: (listener: () => void) => void
}

/** The address of a screen: `#/run/3f…`. */
export function hashOf(screen: Screen): string {
  return `#/${partsOf(screen).map(encodeURIComponent).join('/')}`
}

function partsOf(screen: Screen): string[] {
  switch (screen.name) {
    case 'home':
      return ['']
    case 'history':
    case 'help':
    case 'new':
      return [screen.name]
    case 'settings':
      return ['settings', ...(screen.licences ? ['licences'] : [])]
    case 'doctor':
      return ['doctor', screen.profileId]
    case 'compare':
      return ['compare', screen.first, screen.second]
    case 'connection':
      return ['connection', screen.profileId, screen.tab]
    case 'plan':
      return ['plan', screen.profileId, ...(screen.of ? partsOfPreparation(screen.of) : [])]
    case 'run':
      return ['run', screen.runId, ...(screen.tab === undefined ? [] : [screen.tab])]
    case 'verify':
    case 'validate':
    case 'repair':
    case 'state':
    case 'paths':
      return [screen.name, screen.runId]
    case 'undo':
      return ['undo', screen.runId, ...(screen.documentId === undefined ? [] : [screen.documentId])]
  }
}

const partsOfPreparation = ({
  what,
  runId,
  code,
}: {
  what: Preparation
  runId: string
  code?: ErrorCode
}): string[] => [what, runId, ...(code === undefined ? [] : [code])]

/** The screen of an address; home for all that names none. Addresses of earlier versions lead to what followed them. */
export function screenOf(hash: string): Screen {
  const parts = decoded(hash)
  const [name, id, more, ...beyond] = parts
  if (name === 'connection' && id) return connectionOf(id, more ?? 'settings', beyond)
  if (name === 'overview' && id) return connectionOf(id, 'overview', parts.slice(2))
  if (name === 'plan' && id) return planOf(id, parts.slice(2))
  if (parts.length === 1) return placeOf(name)
  if (name === 'settings' && id === 'licences' && more === undefined) return { name, licences: true }
  if (!id || beyond.length > 0) return { name: 'home' }
  if (name === 'compare' && more) return { name, first: id, second: more }
  if (name === 'undo' && more) return { name, runId: id, documentId: more }
  const tab = runTabs.find((one) => one === more)
  if (name === 'run' && tab) return { name, runId: id, tab }
  if (more !== undefined) return { name: 'home' }
  if (name === 'doctor') return { name, profileId: id }
  const ofRun = (['run', 'undo', 'verify', 'validate', 'repair', 'state', 'paths'] as const).find((one) => one === name)
  return ofRun ? { name: ofRun, runId: id } : { name: 'home' }
}

function placeOf(name: string | undefined): Screen {
  if (name === 'connection') return { name: 'new' }
  const place = (['history', 'settings', 'help', 'new'] as const).find((one) => one === name)
  return { name: place ?? 'home' }
}

function connectionOf(profileId: string, view: string, beyond: readonly string[]): Screen {
  const tab = connectionTabs.find((one) => one === view)
  return tab && beyond.length === 0 ? { name: 'connection', profileId, tab } : { name: 'home' }
}

function planOf(profileId: string, [prepared, runId, code, ...beyond]: readonly string[]): Screen {
  if (prepared === undefined) return { name: 'plan', profileId }
  const what = preparations.find((one) => one === prepared)
  if (!what || !runId || beyond.length > 0) return { name: 'home' }
  if (code === undefined) return { name: 'plan', profileId, of: { runId, what } }
  const known = what === 'retry' && isErrorCode(code)
  return known ? { name: 'plan', profileId, of: { runId, what, code } } : { name: 'home' }
}

/** The parts of an address; none where it cannot be read. */
function decoded(hash: string): string[] {
  try {
    return hash.startsWith('#/') ? hash.slice(2).split('/').map(decodeURIComponent) : []
  } catch {
    return []
  }
}

/** Where "up" leads from a screen: from a part to its whole; null where there is nothing above it. */
export function backOf(screen: Screen, origin: Origin): Screen | null {
  switch (screen.name) {
    case 'home':
      return null
    case 'history':
    case 'settings':
    case 'help':
    case 'new':
      return { name: 'home' }
    case 'connection':
      return screen.tab === 'overview' ? null : { ...screen, tab: 'overview' }
    case 'compare':
      return { name: 'run', runId: screen.first }
    case 'doctor':
      return { name: 'connection', profileId: screen.profileId, tab: 'overview' }
    case 'undo':
    case 'verify':
    case 'validate':
    case 'repair':
    case 'state':
    case 'paths':
      return { name: 'run', runId: screen.runId }
    case 'plan':
      return screen.of ? { name: 'run', runId: screen.of.runId } : origin
    case 'run':
      return origin
  }
}

/** Where the settings of a connection are changed. */
export const isEditor = (screen: Screen): boolean =>
  screen.name === 'new' || (screen.name === 'connection' && screen.tab === 'settings')

/** A place of its own, with an entry at the side: nothing is above it. */
export const isPlace = ({ name }: Screen): boolean =>
  ['home', 'history', 'settings', 'help', 'new', 'connection'].includes(name)

function originAt(screen: Screen, before: Origin): Origin {
  return screen.name === 'home' || screen.name === 'history' || screen.name === 'connection' ? screen : before
}

/** Where the window is, kept in the address so that a reload returns to it. */
export function createNavigationStore(address: AddressBar): StoreApi<NavigationState> {
  return createStore<NavigationState>((set, get) => {
    const show = (screen: Screen, arrival: NavigationState['arrival']) =>
      set({ screen, arrival, origin: originAt(screen, get().origin) })
    address.listen(() => show(screenOf(address.read()), 'returned'))
    const screen = screenOf(address.read())
    return {
      screen,
      origin: originAt(screen, { name: 'home' }),
      arrival: 'opened',
      go(screen) {
        // Who goes to where they are, stays.
        if (hashOf(screen) !== hashOf(get().screen)) address.push(hashOf(screen))
        show(screen, 'opened')
      },
      replace(screen) {
        address.replace(hashOf(screen))
        show(screen, 'opened')
      },
      step: (by) => address.step(by),
    }
  })
}

/** The address bar of the real window. */
export function browserAddress(window: Window): AddressBar {
  return {
    read: () => window.location.hash,
    push: (hash) => window.history.pushState(null, '', hash),
    replace: (hash) => window.history.replaceState(null, '', hash),
    step: (by) => window.history.go(by),
    listen: (listener) => window.addEventListener('popstate', listener),
  }
}

/** The screen that shows an activity. */
export function screenOfActivity({ runId, activity }: Pick<RunSnapshot, 'runId' | 'activity'>): Screen {
  if (activity === 'validate') return { name: 'validate', runId }
  return { name: activity === 'check' || activity === 'repair' ? 'verify' : 'run', runId }
}
