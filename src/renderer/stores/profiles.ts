import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { ProfileSummary } from '../../shared/profile.ts'
import type { Api, Reply } from '../api.ts'

export interface ProfilesState {
  /** Null until they have been read once. */
  profiles: ProfileSummary[] | null
  error: ErrorData | null
  load: () => Promise<void>
  /** The orders below resolve with what they came to, or with null when they were refused; `error` says why. */
  duplicate: (id: string) => Promise<string | null>
  rename: (id: string, name: string) => Promise<true | null>
  remove: (id: string) => Promise<true | null>
  /** Brings back what was removed. */
  restore: (id: string) => Promise<true | null>
  /** Resolves with the path; with an empty one when nobody chose any. */
  exportTo: (ids: string[]) => Promise<string | null>
  /** Resolves with the names of those that were added. */
  importFrom: (text: string) => Promise<string[] | null>
}

/** The profiles that the user can choose from, which the window calls connections. */
export function createProfilesStore(api: { profiles: Api['profiles'] }): StoreApi<ProfilesState> {
  return createStore<ProfilesState>((set, get) => {
    async function order<T, R>(reply: Promise<Reply<T>>, result: (value: T) => R): Promise<R | null> {
      const answer = await reply
      if (!answer.ok) {
        set({ error: answer.error })
        return null
      }
      await get().load()
      return result(answer.value)
    }
    const done = (): true => true
    return {
      profiles: null,
      error: null,
      async load() {
        const reply = await api.profiles.list()
        if (reply.ok) set({ profiles: reply.value, error: null })
        else set({ error: reply.error })
      },
      duplicate: (id) => order(api.profiles.duplicate(id), (copy) => copy.id),
      rename: (id, name) => order(api.profiles.rename(id, name), done),
      remove: (id) => order(api.profiles.remove(id), done),
      restore: (id) => order(api.profiles.restore(id), done),
      exportTo: (ids) => order(api.profiles.export(ids), (written) => written?.path ?? ''),
      importFrom: (text) => order(api.profiles.import(text), ({ names }) => names),
    }
  })
}
