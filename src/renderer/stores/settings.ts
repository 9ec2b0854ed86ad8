import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import { firstSettings, type Settings } from '../../shared/settings.ts'
import type { Api } from '../api.ts'
import { setReaderLocale } from '../format/locale.ts'

export interface SettingsState {
  /** What the program begins with until they have been read. */
  settings: Settings
  error: ErrorData | null
  load: () => Promise<void>
  /** Takes effect at once, and is kept. */
  change: (change: Partial<Settings>) => Promise<void>
}

/** What the user has chosen for the whole program. */
export function createSettingsStore(api: { settings: Api['settings'] }): StoreApi<SettingsState> {
  return createStore<SettingsState>((set, get) => {
    const take = (settings: Settings) => {
      setReaderLocale(settings.locale)
      set({ settings, error: null })
    }
    return {
      settings: firstSettings,
      error: null,
      async load() {
        const reply = await api.settings.get()
        if (reply.ok) take(reply.value)
        else set({ error: reply.error })
      },
      async change(change) {
        const before = get().settings
        take({ ...before, ...change })
        const reply = await api.settings.set(get().settings)
        if (reply.ok) return
        take(before)
        set({ error: reply.error })
      },
    }
  })
}
