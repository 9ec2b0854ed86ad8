import { createStore, type StoreApi } from 'zustand/vanilla'

export interface SwitchedState {
  /** Connections of which the user has said that their Readur uses the bucket. */
  profileIds: string[]
  set: (profileId: string, isSwitched: boolean) => void
}

/** Where such marks are kept: the page's own storage. */
export interface MarkStorage {
  getItem: (key: string) => string | null
  setItem: (key: string, value: string) => void
}

const key = 'readur-migrate-switched'

/** What only the user can know: that Readur was set to the bucket and restarted. Nothing depends on it but what is shown. */
export function createSwitchedStore(storage: MarkStorage): StoreApi<SwitchedState> {
  return createStore<SwitchedState>((set, get) => ({
    profileIds: (storage.getItem(key) ?? '').split(' ').filter((id) => id !== ''),
    set(profileId, isSwitched) {
      const others = get().profileIds.filter((id) => id !== profileId)
      const profileIds = isSwitched ? [...others, profileId] : others
      storage.setItem(key, profileIds.join(' '))
      set({ profileIds })
    },
  }))
}
