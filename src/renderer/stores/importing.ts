import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { Api } from '../api.ts'

export interface ImportingState {
  /** The window asks which state file is to be read, and for which profile. */
  opened: boolean
  /** The file that was chosen or dropped; null before. */
  path: string | null
  error: ErrorData | null
  /** Opens the question, with a file that was dropped or without any. */
  open: (path: string | null) => void
  /** Asks for the file in the platform's own dialog. */
  choose: () => Promise<void>
  close: () => void
}

/** A state file that is to become a run. */
export function createImportingStore(api: { runs: Pick<Api['runs'], 'chooseStateFile'> }): StoreApi<ImportingState> {
  return createStore<ImportingState>((set) => ({
    opened: false,
    path: null,
    error: null,
    open: (path) => set({ opened: true, path, error: null }),
    async choose() {
      const reply = await api.runs.chooseStateFile()
      if (!reply.ok) set({ error: reply.error })
      else if (reply.value) set({ path: reply.value.path, error: null })
    },
    close: () => set({ opened: false }),
  }))
}
