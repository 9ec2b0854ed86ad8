import { createStore, type StoreApi } from 'zustand/vanilla'
import { isErrorCode, type ErrorCode } from '../../shared/errors.ts'
import type { RunSnapshot } from '../../shared/run.ts'

/**
 * What a plan is made of a run for. `retry`: what it failed at. `again`: what it rolled back. `return`: files that it
 * has put aside. `undo`: its repairs. `quarantine` and `delete`: its local files.
 */
export const preparations = ['retry', 'again', 'return', 'undo', 'quarantine', 'purge'] as const
export type Preparation = (typeof preparations)[number]

/**
 * Where the window is. `plan` lasts only until the plan that is being made has a run to be shown by. `undo` chooses what
 * of a run is rolled back, `verify` compares it with the world, `validate` looks at all that it has left; `repair` chooses
 * what is put right of what an audit has found.
 */
export type Screen =
  | { name: 'home' }
  | { name: 'history' }
  /** `licences`: with those of all packages over it. */
  | { name: 'settings'; licences?: true }
  /** Where a connection stands, and its next step. */
  | { name: 'overview'; profileId: string }
  /** The checks of a connection. */
  | { name: 'doctor'; profileId: string }
  /** Two runs side by side. */
  | { name: 'compare'; first: string; second: string }
  /** The state file of a run, and the paths of before it. */
  | { name: 'state'; runId: string }
  | { name: 'paths'; runId: string }
  /** The editor; null: of a new connection. */
  | { name: 'connection'; profileId: string | null }
  /** `code`: only what failed for this cause. */
  | { name: 'plan'; profileId: string; of?: { runId: string; what: Preparation; code?: ErrorCode } | undefined }
  | { name: 'run'; runId: string }
  | { name: 'undo'; runId: string; documentId?: string | undefined }
  | { name: 'verify'; runId: string }
  | { name: 'validate'; runId: string }
  | { name: 'repair'; runId: string }

/** The places that runs are opened from. */
export type Origin = { name: 'home' } | { name: 'history' } | { name: 'overview'; profileId: string }

export interface NavigationState {
  screen: Screen
  /** The list that was shown last: the way back leads there. */
  origin: Origin
  /** Goes to a screen; the platform's "back" returns. */
  go: (screen: Screen) => void
  /** Shows a screen in the place of the present one. */
  replace: (screen: Screen) => void
}

/** The part of the browser that keeps the screen over a reload: the address's fragment. */
export interface AddressBar {
  read: () => string
  push: (hash: string) => void
  replace: (hash: string) => void
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
      return ['history']
    case 'settings':
      return ['settings', ...(screen.licences ? ['licences'] : [])]
    case 'overview':
    case 'doctor':
      return [screen.name, screen.profileId]
    case 'compare':
      return ['compare', screen.first, screen.second]
    case 'connection':
      return ['connection', ...(screen.profileId === null ? [] : [screen.profileId])]
    case 'plan':
      return ['plan', screen.profileId, ...(screen.of ? partsOfPreparation(screen.of) : [])]
    case 'run':
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

/** The screen of an address; home for all that names none. */
export function screenOf(hash: string): Screen {
  const [name, id, more, last, code, ...beyond] = decoded(hash)
  if ((name === 'history' || name === 'settings') && id === undefined) return { name }
  if (name === 'settings' && id === 'licences' && more === undefined) return { name, licences: true }
  if (name === 'connection' && more === undefined) return { name, profileId: id ?? null }
  if (!id || beyond.length > 0) return { name: 'home' }
  if (name === 'plan' && more === undefined) return { name, profileId: id }
  const what = preparations.find((one) => one === more)
  if (name === 'plan' && what && last && code === undefined) return { name, profileId: id, of: { runId: last, what } }
  if (name === 'plan' && what === 'retry' && last && code !== undefined && isErrorCode(code)) {
    return { name, profileId: id, of: { runId: last, what, code } }
  }
  if (last !== undefined) return { name: 'home' }
  if (name === 'compare' && more) return { name, first: id, second: more }
  if (name === 'undo' && more) return { name, runId: id, documentId: more }
  if (more !== undefined) return { name: 'home' }
  if (name === 'overview' || name === 'doctor') return { name, profileId: id }
  const ofRun = (['run', 'undo', 'verify', 'validate', 'repair', 'state', 'paths'] as const).find((one) => one === name)
  return ofRun ? { name: ofRun, runId: id } : { name: 'home' }
}

/** The parts of an address; none where it cannot be read. */
function decoded(hash: string): string[] {
  try {
    return hash.startsWith('#/') ? hash.slice(2).split('/').map(decodeURIComponent) : []
  } catch {
    return []
  }
}

/** Where "back" leads from a screen. */
export function backOf(screen: Screen, origin: Origin): Screen {
  switch (screen.name) {
    case 'home':
    case 'history':
    case 'settings':
    case 'overview':
      return { name: 'home' }
    case 'connection':
      return origin.name === 'overview' && origin.profileId === screen.profileId ? origin : { name: 'home' }
    case 'compare':
      return { name: 'run', runId: screen.first }
    case 'doctor':
      return { name: 'overview', profileId: screen.profileId }
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

function originAt(screen: Screen, before: Origin): Origin {
  if (screen.name === 'overview') return { name: 'overview', profileId: screen.profileId }
  return screen.name === 'home' || screen.name === 'history' ? { name: screen.name } : before
}

/** Where the window is, kept in the address so that a reload returns to it. */
export function createNavigationStore(address: AddressBar): StoreApi<NavigationState> {
  return createStore<NavigationState>((set, get) => {
    const show = (screen: Screen) => set({ screen, origin: originAt(screen, get().origin) })
    address.listen(() => show(screenOf(address.read())))
    const screen = screenOf(address.read())
    return {
      screen,
      origin: originAt(screen, { name: 'home' }),
      go(screen) {
        address.push(hashOf(screen))
        show(screen)
      },
      replace(screen) {
        address.replace(hashOf(screen))
        show(screen)
      },
    }
  })
}

/** The address bar of the real window. */
export function browserAddress(window: Window): AddressBar {
  return {
    read: () => window.location.hash,
    push: (hash) => window.history.pushState(null, '', hash),
    replace: (hash) => window.history.replaceState(null, '', hash),
    listen: (listener) => window.addEventListener('popstate', listener),
  }
}

/** The screen that shows an activity. */
export function screenOfActivity({ runId, activity }: Pick<RunSnapshot, 'runId' | 'activity'>): Screen {
  if (activity === 'validate') return { name: 'validate', runId }
  return { name: activity === 'check' || activity === 'repair' ? 'verify' : 'run', runId }
}
