import { createStore, type StoreApi } from 'zustand/vanilla'
import type { FoundOnServer, FoundReadur, TextToSearch } from '../../shared/discovery.ts'
import type { ErrorData } from '../../shared/errors.ts'
import type { ProfileDraft, SecretChanges } from '../../shared/profile.ts'
import type { Api, Reply } from '../api.ts'

/** Whose server is searched: a draft's, with secrets that are typed or kept. */
export interface SearchedServer {
  profileId: string | null
  draft: ProfileDraft
  secrets: SecretChanges
}

/** A file that was dropped. */
export interface DroppedFile {
  name: string
  /** Where it lies; empty when it lies nowhere. */
  path: string
  text: () => Promise<string>
}

export interface DiscoveryState {
  /** Every Readur that was found; null before anything was searched. */
  found: FoundReadur[] | null
  /** The one that the form is filled in from. */
  chosen: number
  reading: boolean
  /** A server is searched; what is said of the last search stands in `notes`. */
  searching: boolean
  notes: FoundOnServer['notes']
  error: ErrorData | null
  readText: (text: string) => Promise<void>
  readFiles: (files: readonly DroppedFile[]) => Promise<void>
  /** Asks for the file in the platform's own dialog. */
  chooseFile: () => Promise<void>
  /** Looks among the containers and Compose files of a server, or of this computer. */
  searchServer: (subject: SearchedServer) => Promise<void>
  choose: (index: number) => void
  forget: () => void
}

const nothing = { found: null, chosen: 0, reading: false, searching: false, notes: [], error: null }

/** Readur's own settings, found in what the user hands in. */
export function createDiscoveryStore(api: { discovery: Api['discovery'] }): StoreApi<DiscoveryState> {
  let latest = 0
  return createStore<DiscoveryState>((set) => {
    async function read(ask: () => Promise<Reply<FoundReadur[] | null>>): Promise<void> {
      const request = ++latest
      set({ reading: true, error: null })
      const reply = await ask()
      if (request !== latest) return
      if (!reply.ok) set({ ...nothing, error: reply.error })
      else if (reply.value === null) set({ reading: false })
      else set({ ...nothing, found: reply.value })
    }
    return {
      ...nothing,
      readText: (text) => read(() => api.discovery.read([{ name: null, text }])),
      readFiles: (files) =>
        read(async () => {
          // Where they lie is worth more than what they hold: what stands beside them is read with them.
          if (files.every(({ path }) => path !== '')) return api.discovery.readFiles(files.map(({ path }) => path))
          const texts: TextToSearch[] = []
          for (const { name, text } of files) texts.push({ name, text: await text() })
          return api.discovery.read(texts)
        }),
      chooseFile: () => read(() => api.discovery.choose()),
      async searchServer({ profileId, draft, secrets }) {
        const request = ++latest
        set({ ...nothing, searching: true })
        const reply = await api.discovery.search(profileId, draft, secrets)
        if (request !== latest) return
        if (!reply.ok) set({ ...nothing, error: reply.error })
        else
          set({
            ...nothing,
            found: reply.value.found.length === 0 ? null : reply.value.found,
            notes: reply.value.notes,
          })
      },
      choose: (chosen) => set({ chosen }),
      forget() {
        latest += 1
        set(nothing)
      },
    }
  })
}
