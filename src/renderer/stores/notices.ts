import { createStore, type StoreApi } from 'zustand/vanilla'

/** What was just done, and how it is undone. */
export interface Notice {
  id: number
  text: string
  action: { label: string; run: () => void } | null
}

export interface NoticesState {
  /** The latest; one at a time. */
  notice: Notice | null
  show: (text: string, action?: Notice['action']) => void
  /** Carries out the notice's action and takes it away. */
  act: () => void
  dismiss: () => void
}

/** A line above the screen about what was just done. It stays until it is dismissed, or another one comes. */
export function createNoticesStore(): StoreApi<NoticesState> {
  let latest = 0
  return createStore<NoticesState>((set, get) => ({
    notice: null,
    show(text, action = null) {
      latest += 1
      set({ notice: { id: latest, text, action } })
    },
    act() {
      const { notice } = get()
      set({ notice: null })
      notice?.action?.run()
    },
    dismiss: () => set({ notice: null }),
  }))
}
