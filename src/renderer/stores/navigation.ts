import { createStore, type StoreApi } from 'zustand/vanilla'

/** Where the window is. `plan` lasts only until the plan that is being made has a run to be shown by. */
export type Screen = { name: 'home' } | { name: 'plan'; profileId: string } | { name: 'run'; runId: string }

export interface NavigationState {
  screen: Screen
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
  switch (screen.name) {
    case 'home':
      return '#/'
    case 'plan':
      return `#/plan/${encodeURIComponent(screen.profileId)}`
    case 'run':
      return `#/run/${encodeURIComponent(screen.runId)}`
  }
}

/** The screen of an address; home for all that names none. */
export function screenOf(hash: string): Screen {
  const [, name, id] = /^#\/(plan|run)\/([^/]+)$/.exec(hash) ?? []
  if (!name || !id) return { name: 'home' }
  const decoded = decode(id)
  if (decoded === null) return { name: 'home' }
  return name === 'plan' ? { name, profileId: decoded } : { name: 'run', runId: decoded }
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** Where the window is, kept in the address so that a reload returns to it. */
export function createNavigationStore(address: AddressBar): StoreApi<NavigationState> {
  return createStore<NavigationState>((set) => {
    address.listen(() => set({ screen: screenOf(address.read()) }))
    return {
      screen: screenOf(address.read()),
      go(screen) {
        address.push(hashOf(screen))
        set({ screen })
      },
      replace(screen) {
        address.replace(hashOf(screen))
        set({ screen })
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
