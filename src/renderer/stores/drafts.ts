import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { FoundReadur } from '../../shared/discovery.ts'
import type { Api } from '../api.ts'
import {
  fill,
  notesAfter,
  seenFromHere,
  take,
  taking,
  withoutTaken,
  type FieldNotes,
  type Piece,
} from '../connection/fill.ts'
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
import type { FieldName } from '../connection/validation.ts'

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
  /** What is said at the fields of what was found for them. */
  notes: FieldNotes
  /** What the name of the server stands for, as ssh has it; null while that is not known. */
  serverHost: string | null
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
  /** The field that the editor is to lead to once it is there. */
  wanted: FieldName | 'missing' | null
  want: (field: DraftsState['wanted']) => void
  /** Takes a connection into the editor; one that has unsaved changes comes back with them. */
  open: (key: string) => Promise<void>
  change: (key: string, change: Partial<ConnectionForm>) => void
  /** Fills in what was found. `instead`: what another Readur has filled in, and nobody has edited, goes first. */
  fill: (key: string, found: FoundReadur, instead: boolean) => void
  /** Takes another value that was found for a field, or keeps what it holds. */
  take: (key: string, piece: Piece) => void
  keep: (key: string, field: FieldName) => void
  /** Takes back what was filled in and is still as it was found. */
  unfill: (key: string) => void
  /** What the name of the server stands for. */
  resolve: (key: string, serverHost: string | null) => void
  /** A field has lost the focus. */
  leave: (key: string, field: string) => void
  show: (key: string, shows: Draft['shows']) => void
  /** Takes the settings of the connection's env file into the form, to be kept in the connection itself. */
  takeOver: (key: string) => Promise<void>
  /** What is kept of the connection was changed elsewhere: fields that nobody has edited follow. */
  refresh: (key: string) => Promise<void>
  /** Resolves with the connection's id, or null when it was refused. */
  save: (key: string) => Promise<string | null>
  /** Forgets the changes. */
  reset: (key: string) => void
  /** Drops the draft, unless it has changes. */
  close: (key: string) => void
}

export const isChanged = ({ saved, form }: Draft): boolean => !isSame(saved, form)

const begin = (form: ConnectionForm): Draft => ({
  saved: form,
  form,
  shows: 'left',
  left: [],
  notes: {},
  serverHost: null,
  saving: false,
  error: null,
})

/** A draft that was edited: what is said of found values goes with them, and addresses of the server follow it. */
function edited(draft: Draft, change: Partial<ConnectionForm>): Partial<Draft> {
  const form = { ...draft.form, ...change }
  const notes = notesAfter(draft.notes, draft.form, form)
  const isMoved = 'place' in change || 'sshHost' in change
  return { form: isMoved ? seenFromHere(form, notes, null) : form, notes, ...(isMoved && { serverHost: null }) }
}

/** The form with what was changed in what is kept, where nobody has edited it. */
function followed(form: ConnectionForm, before: ConnectionForm, now: ConnectionForm): ConnectionForm {
  const same = (key: string): boolean =>
    JSON.stringify(form[key as keyof ConnectionForm]) === JSON.stringify(before[key as keyof ConnectionForm])
  return { ...form, ...Object.fromEntries(Object.entries(now).filter(([key]) => same(key))) }
}

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
      wanted: null,
      want: (wanted) => set({ wanted }),
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
        if (draft) update(key, edited(draft, change))
      },
      fill(key, found, instead) {
        const draft = get().drafts[key]
        if (!draft) return
        const { form, notes } = instead
          ? fill(withoutTaken(draft.form, draft.notes), found)
          : fill(draft.form, found, draft.notes)
        update(key, { form: seenFromHere(form, notes, draft.serverHost), notes, error: null })
      },
      take(key, piece) {
        const draft = get().drafts[key]
        if (!draft) return
        const before = draft.notes[piece.field]
        const others = [...(before?.taken ? [before.taken.piece] : []), ...(before?.others ?? [])]
        const taken = take(
          draft.form,
          piece,
          others.filter((it) => it !== piece),
        )
        const notes = { ...notesAfter(draft.notes, draft.form, taking(draft.form, piece)), [piece.field]: taken.note }
        update(key, { form: seenFromHere(taken.form, notes, draft.serverHost), notes })
      },
      keep(key, field) {
        const draft = get().drafts[key]
        if (!draft) return
        const notes = Object.entries(draft.notes).filter(([other]) => other !== field)
        update(key, { notes: Object.fromEntries(notes) })
      },
      unfill(key) {
        const draft = get().drafts[key]
        if (draft) update(key, { form: withoutTaken(draft.form, draft.notes), notes: {} })
      },
      resolve(key, serverHost) {
        const draft = get().drafts[key]
        if (!draft || draft.serverHost === serverHost) return
        update(key, { serverHost, form: seenFromHere(draft.form, draft.notes, serverHost) })
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
      async refresh(key) {
        if (!get().drafts[key]) return
        const reply = await api.profiles.get(key)
        const draft = get().drafts[key]
        if (!draft || !reply.ok) return
        const saved = formOf(reply.value)
        update(key, { saved, form: followed(draft.form, draft.saved, saved) })
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
      reset(key) {
        const draft = get().drafts[key]
        if (draft) update(key, begin(draft.saved))
      },
      close(key) {
        const draft = get().drafts[key]
        if (draft && !isChanged(draft)) drop(key)
      },
    }
    async function finish(key: string, end: { id: string } | { error: ErrorData }): Promise<string | null> {
      if ('error' in end) {
        update(key, { saving: false, error: end.error })
        return null
      }
      // As it is kept from now on: what the form says of its secrets is another thing than before.
      const reply = await api.profiles.get(end.id)
      if (key !== end.id) drop(key)
      if (reply.ok) set({ drafts: { ...get().drafts, [end.id]: begin(formOf(reply.value)) } })
      else drop(end.id)
      return end.id
    }
  })
}
