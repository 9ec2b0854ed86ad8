import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { BundlePreview } from '../../shared/support.ts'
import type { Api } from '../api.ts'

/** What a bundle is about. */
export interface BundleSubject {
  profileId: string
  /** Null: the latest run of the connection. */
  runId: string | null
}

/** An entry that is looked at, as far as it was read. */
export interface OpenedEntry {
  name: string
  text: string
  next: number | null
}

export interface SupportState {
  /** Whom the dialog is open for. */
  asked: BundleSubject | null
  gathering: boolean
  /** Gathered, and not written yet. */
  preview: BundlePreview | null
  opened: OpenedEntry | null
  error: ErrorData | null
  open: (subject: BundleSubject) => void
  /** Ends what is being gathered, too. */
  close: () => void
  gather: (containers: { readurContainer: string | null; postgresContainer: string | null }) => Promise<void>
  /** Shows an entry from its beginning. */
  look: (name: string) => Promise<void>
  /** Shows more of it. */
  more: () => Promise<void>
  /** Asks where to, and writes; resolves with the path and the bundle's id, or null where there is none. */
  write: () => Promise<{ path: string; bundleId: string } | null>
}

const closed = { asked: null, gathering: false, preview: null, opened: null, error: null }

/** A support bundle: gathered, looked at, then written. */
export function createSupportStore(api: { support: Api['support'] }): StoreApi<SupportState> {
  return createStore<SupportState>((set, get) => {
    const piece = async (entry: string, from: number, before: string) => {
      const { preview } = get()
      if (!preview) return
      const reply = await api.support.read(preview.bundleId, entry, from)
      if (get().preview !== preview) return
      if (reply.ok) set({ opened: { name: entry, text: before + reply.value.text, next: reply.value.next } })
      else set({ error: reply.error })
    }
    return {
      ...closed,
      open: (asked) => set({ ...closed, asked }),
      close() {
        if (get().gathering) void api.support.cancel()
        set(closed)
      },
      async gather(containers) {
        const { asked } = get()
        if (!asked) return
        set({ gathering: true, error: null })
        const reply = await api.support.prepare(asked.profileId, { runId: asked.runId, ...containers })
        // It was closed meanwhile, or asked for anew.
        if (get().asked !== asked) return
        if (!reply.ok) {
          set({ gathering: false, error: reply.error })
          return
        }
        set({ gathering: false, preview: reply.value })
        const [first] = reply.value.entries
        if (first) await piece(first.name, 0, '')
      },
      look: (name) => piece(name, 0, ''),
      async more() {
        const { opened } = get()
        if (opened && opened.next !== null) await piece(opened.name, opened.next, opened.text)
      },
      async write() {
        const { preview } = get()
        if (!preview) return null
        const reply = await api.support.write(preview.bundleId)
        if (!reply.ok) {
          set({ error: reply.error })
          return null
        }
        return reply.value && { path: reply.value.path, bundleId: preview.bundleId }
      },
    }
  })
}
