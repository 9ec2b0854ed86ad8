import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { ServerSettings } from '../../shared/profile.ts'
import type { SshHostView } from '../../shared/ssh.ts'
import type { Api } from '../api.ts'

type Given = Pick<ServerSettings, 'user' | 'port'>

export interface SshHostsState {
  /** Hosts of ~/.ssh/config; empty until they have been read. */
  hosts: SshHostView[]
  /** What stands for the name that was asked for last. */
  resolved: SshHostView | null
  /** Why the configuration cannot be read. */
  error: ErrorData | null
  load: () => Promise<void>
  /** Resolves a name, with the user and port that were typed; an empty one stands for nothing. */
  resolve: (host: string, given: Given) => Promise<void>
}

/** Servers as the user's SSH configuration knows them. */
export function createSshHostsStore(api: { ssh: Api['ssh'] }): StoreApi<SshHostsState> {
  let latest = 0
  return createStore<SshHostsState>((set, get) => ({
    hosts: [],
    resolved: null,
    error: null,
    async load() {
      const reply = await api.ssh.hosts()
      if (reply.ok) set({ hosts: reply.value, error: null })
      else set({ error: reply.error })
    },
    async resolve(host, given) {
      const request = ++latest
      const isPlain = given.user === null && given.port === null
      const known = isPlain ? get().hosts.find(({ alias }) => alias === host) : undefined
      if (host === '' || known) {
        set({ resolved: known ?? null })
        return
      }
      const reply = await api.ssh.resolve(host, given)
      if (request === latest) set({ resolved: reply.ok ? reply.value : null })
    },
  }))
}
