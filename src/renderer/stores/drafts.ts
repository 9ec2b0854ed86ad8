import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { Api } from '../api.ts'
import {
  draftOf,
  emptyForm,
  formOf,
  isSame,
  secretChangesOf,
  withVariables,
  type ConnectionForm,
  type SecretField,
} from '../connection/form.ts'

/** Stands for the connection that does not exist yet. */
export const newConnection = ''

/** A connection in the editor. */
export interface Draft {
  /** As it is kept. */
  saved: ConnectionForm
  /** As it stands in the editor. */
  form: ConnectionForm
  /** Which errors are shown: what is wrong of what was left, or also what is missing for a test. */
  shows: 'left' | 'wrong' | 'missing'
  /** Fields that were left once: what is wrong with them is said. */
  left: readonly string[]
  saving: boolean
  /** Why it could not be saved, or its file not be read. */
  error: ErrorData | null
}

export interface DraftsState {
  /** By the id of the profile. */
  drafts: Readonly<Record<string, Draft>>
  /** Secrets outlive the program; null until that is known. */
  keepsSecrets: boolean | null
  /** Why a connection could not be read. */
  error: ErrorData | null
  /** Takes a connection into the editor; one that has unsaved changes comes back with them. */
  open: (key: string) => Promise<void>
  change: (key: string, change: Partial<ConnectionForm>) => void
  /** A field has lost the focus. */
  leave: (key: string, field: string) => void
  show: (key: string, shows: Draft['shows']) => void
  /** Takes the settings of the connection's env file into the form, to be kept in the connection itself. */
  takeOver: (key: string) => Promise<void>
  /** Resolves with the connection's id, or null when it was refused. */
  save: (key: string) => Promise<string | null>
  /** Forgets the changes; with `form`, goes back to it. */
  reset: (key: string, form?: ConnectionForm) => void
  /** Drops the draft, unless it has changes. */
  close: (key: string) => void
}

export const isChanged = ({ saved, form }: Draft): boolean => !isSame(saved, form)

const begin = (form: ConnectionForm): Draft => ({
  saved: form,
  form,
  shows: 'left',
  left: [],
  saving: false,
  error: null,
})

/** Connections in the editor. What was changed and not saved stays here when the editor is left. */
export function createDraftsStore(api: { profiles: Api['profiles'] }): StoreApi<DraftsState> {
  return createStore<DraftsState>((set, get) => {
    function update(key: string, change: Partial<Draft>): void {
      const { drafts } = get()
      const draft = drafts[key]
      if (draft) set({ drafts: { ...drafts, [key]: { ...draft, ...change } } })
    }
    function drop(key: string): void {
      set({ drafts: Object.fromEntries(Object.entries(get().drafts).filter(([other]) => other !== key)) })
    }
    return {
      drafts: {},
      keepsSecrets: null,
      error: null,
      async open(key) {
        set({ error: null })
        void api.profiles.keepsSecrets().then((reply) => {
          if (reply.ok) set({ keepsSecrets: reply.value })
        })
        if (get().drafts[key]) return
        if (key === newConnection) {
          set({ drafts: { ...get().drafts, [key]: begin(emptyForm) } })
          return
        }
        const reply = await api.profiles.get(key)
        if (!reply.ok) set({ error: reply.error })
        else if (!get().drafts[key]) set({ drafts: { ...get().drafts, [key]: begin(formOf(reply.value)) } })
      },
      change(key, change) {
        const draft = get().drafts[key]
        if (draft) update(key, { form: { ...draft.form, ...change } })
      },
      leave(key, field) {
        const draft = get().drafts[key]
        if (draft && !draft.left.includes(field)) update(key, { left: [...draft.left, field] })
      },
      show: (key, shows) => update(key, { shows }),
      async takeOver(key) {
        const reply = await api.profiles.takeOver(key)
        const draft = get().drafts[key]
        if (!draft) return
        if (!reply.ok) {
          update(key, { error: reply.error })
          return
        }
        const { variables, secrets } = reply.value
        const where = draft.form.envFile ?? ''
        const found = (token: string | undefined, before: SecretField): SecretField =>
          token === undefined ? before : { state: 'found', token, where }
        const form = withVariables({ ...draft.form, envFile: null }, variables)
        update(key, {
          error: null,
          form: {
            ...form,
            secrets: {
              ...form.secrets,
              POSTGRES_PASSWORD: found(secrets.POSTGRES_PASSWORD, form.secrets.POSTGRES_PASSWORD),
              S3_SECRET_ACCESS_KEY: found(secrets.S3_SECRET_ACCESS_KEY, form.secrets.S3_SECRET_ACCESS_KEY),
            },
          },
        })
      },
      async save(key) {
        const draft = get().drafts[key]
        if (!draft || draft.saving) return null
        update(key, { saving: true, error: null })
        const wanted = draftOf(draft.form)
        const secrets = secretChangesOf(draft.form, draft.saved)
        if (key === newConnection) {
          const reply = await api.profiles.create(wanted, secrets)
          return finish(key, reply.ok ? { id: reply.value.id } : reply)
        }
        const reply = await api.profiles.update(key, wanted, secrets)
        return finish(key, reply.ok ? { id: key } : reply)
      },
      reset(key, form) {
        const draft = get().drafts[key]
        if (draft) update(key, { form: form ?? draft.saved, shows: 'left', left: [], error: null })
      },
      close(key) {
        const draft = get().drafts[key]
        if (draft && !isChanged(draft)) drop(key)
      },
    }
    function finish(key: string, end: { id: string } | { error: ErrorData }): string | null {
      if ('error' in end) {
        update(key, { saving: false, error: end.error })
        return null
      }
      drop(key)
      return end.id
    }
  })
}
