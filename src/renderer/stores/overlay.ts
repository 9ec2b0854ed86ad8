import { createStore, type StoreApi } from 'zustand/vanilla'

/** What can lie over every screen: the search for anything, and the list of keys. */
export type Overlay = 'find' | 'shortcuts'

export interface OverlayState {
  opened: Overlay | null
  open: (overlay: Overlay) => void
  close: () => void
}

/** What lies over the screen; one at a time. */
export const createOverlayStore = (): StoreApi<OverlayState> =>
  createStore<OverlayState>((set) => ({
    opened: null,
    open: (opened) => set({ opened }),
    close: () => set({ opened: null }),
  }))
