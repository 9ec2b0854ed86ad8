import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { ProfileSummary } from '../../shared/profile.ts'
import type { Api } from '../api.ts'

export interface ProfilesState {
  /** Null until they have been read once. */
  profiles: ProfileSummary[] | null
  error: ErrorData | null
  load: () => Promise<void>
}

/** The profiles that the user can choose from. */
export function createProfilesStore(api: { profiles: Pick<Api['profiles'], 'list'> }): StoreApi<ProfilesState> {
  return createStore<ProfilesState>((set) => ({
    profiles: null,
    error: null,
    async load() {
      const reply = await api.profiles.list()
      if (reply.ok) set({ profiles: reply.value, error: null })
      else set({ error: reply.error })
    },
  }))
}
