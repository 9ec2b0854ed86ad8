import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { KnownReadurState, ReadurSettingsText } from '../../shared/readurState.ts'
import type { Api, Reply } from '../api.ts'

export interface ReadurStatesState {
  /** Where the Readur of each connection was last found to store. */
  known: Record<string, KnownReadurState>
  /** What to write into its settings. */
  texts: Record<string, ReadurSettingsText>
  /** Connections whose Readur is being looked at. */
  looking: Record<string, boolean>
  /** Why the latest look at a connection came to nothing. */
  errors: Record<string, ErrorData | null>
  /** Reads what is known; asks no server. */
  load: (profileId: string) => Promise<void>
  /** Finds out where it stores. */
  look: (profileId: string) => Promise<void>
  /** Notes what the user says of it. */
  confirm: (profileId: string, isConfirmed: boolean) => Promise<void>
  /** Shows the settings with the secret key, outside of the page. */
  reveal: (profileId: string) => Promise<void>
}

/** Where the Readur of each connection stores: found out, not ticked. */
export function createReadurStatesStore(api: { server: Api['server'] }): StoreApi<ReadurStatesState> {
  return createStore<ReadurStatesState>((set, get) => {
    function take(profileId: string, reply: Reply<KnownReadurState | null>) {
      const { known, errors } = get()
      set({
        errors: { ...errors, [profileId]: reply.ok ? null : reply.error },
        ...(reply.ok && reply.value && { known: { ...known, [profileId]: reply.value } }),
      })
    }

    async function readText(profileId: string) {
      const reply = await api.server.settings(profileId)
      if (reply.ok) set({ texts: { ...get().texts, [profileId]: reply.value } })
    }

    async function find(profileId: string, ask: () => Promise<Reply<KnownReadurState>>) {
      set({ looking: { ...get().looking, [profileId]: true } })
      const reply = await ask()
      set({ looking: { ...get().looking, [profileId]: false } })
      take(profileId, reply)
      await readText(profileId)
    }

    return {
      known: {},
      texts: {},
      looking: {},
      errors: {},
      async load(profileId) {
        const reply = await api.server.known(profileId)
        // Settings that cannot be read are told of where they are shown.
        if (reply.ok) take(profileId, reply)
        await readText(profileId)
      },
      look: (profileId) => find(profileId, () => api.server.look(profileId)),
      confirm: (profileId, isConfirmed) => find(profileId, () => api.server.confirm(profileId, isConfirmed)),
      async reveal(profileId) {
        const reply = await api.server.reveal(profileId)
        set({ errors: { ...get().errors, [profileId]: reply.ok ? null : reply.error } })
      },
    }
  })
}
