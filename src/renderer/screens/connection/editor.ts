import type { ProfileSecret } from '../../../shared/profile.ts'
import { createContext, use } from 'react'
import { formerPlace, type ConnectionForm, type FormTexts, type SecretField } from '../../connection/form.ts'
import { missingIn, wrongIn, type FieldErrors, type FieldName } from '../../connection/validation.ts'
import { texts } from '../../texts/texts.ts'
import { useDrafts, useProfiles } from '../../stores/context.tsx'
import { type Draft, newConnection } from '../../stores/drafts.ts'

/** The connection that is edited, for all fields of the editor. */
export interface Editor {
  profileId: string | null
  key: string
  draft: Draft
  form: ConnectionForm
  /** What is said of the fields now. */
  errors: FieldErrors
  /** What keeps it from being saved, and from being checked. */
  wrong: FieldErrors
  missing: FieldErrors
  change: (change: Partial<ConnectionForm>) => void
  leave: (field: FieldName) => void
}

export const EditorContext = createContext<Editor | null>(null)

export function useEditor(): Editor {
  const editor = use(EditorContext)
  if (!editor) throw new Error('EditorContext is missing above this component')
  return editor
}

/** The editor of a connection; null while it is being read. */
export function useNewEditor(profileId: string | null): Editor | null {
  const key = profileId ?? newConnection
  const draft = useDrafts((state) => state.drafts[key])
  const changeDraft = useDrafts((state) => state.change)
  const leaveField = useDrafts((state) => state.leave)
  const profiles = useProfiles((state) => state.profiles)
  if (!draft) return null
  const { form } = draft
  const others = (profiles ?? []).filter(({ id }) => id !== profileId).map(({ name }) => name)
  const [wrong, missing] = [{ ...undecided(draft), ...wrongIn(form, others) }, missingIn(form, draft.saved)]
  return {
    profileId,
    key,
    draft,
    form,
    wrong,
    missing,
    errors: shown(draft, wrong, missing),
    change: (change) => changeDraft(key, change),
    leave: (field) => leaveField(key, field),
  }
}

function shown({ shows, left }: Draft, wrong: FieldErrors, missing: FieldErrors): FieldErrors {
  const wasLeft = Object.fromEntries(Object.entries(wrong).filter(([field]) => left.includes(field)))
  switch (shows) {
    case 'left':
      return wasLeft
    case 'wrong':
      return wrong
    case 'missing':
      return { ...missing, ...wrong }
  }
}

/** Two values for one field: which of them is saved, nobody but the user knows. */
const undecided = ({ notes }: Draft): FieldErrors =>
  Object.fromEntries(
    Object.entries(notes).flatMap(([field, { choice }]) => (choice ? [[field, texts.connection.chooseOne]] : [])),
  )

/** Focuses a field, and opens the section it is in. Call it once its error is shown. */
export function focusField(field: FieldName): void {
  requestAnimationFrame(() => {
    const input = document.getElementById(idOf(field))
    const folded = input?.closest('details')
    if (folded) folded.open = true
    input?.focus()
  })
}

/** The id of a field's input. */
export const idOf = (field: FieldName): string => `connection-${field}`

export const placeId = 'connection-place'

export const saveButtonId = 'connection-save'

/** What an input for a text needs. */
export function useText(field: keyof FormTexts) {
  const { form, draft, errors, change, leave } = useEditor()
  const changes: Partial<Record<keyof FormTexts, string>> = {}
  return {
    id: idOf(field),
    value: form[field],
    error: errors[field],
    /** What is said of what was found for it. */
    note: draft.notes[field],
    onChange: (event: { currentTarget: { value: string } }) => {
      changes[field] = event.currentTarget.value
      change(changes)
    },
    onBlur: () => leave(field),
    autoComplete: 'off',
    spellCheck: false,
  }
}

/** A secret and how it is changed. */
export function useSecret(name: ProfileSecret) {
  const { form, draft, errors, change } = useEditor()
  return {
    field: form.secrets[name],
    formerPlace: formerPlace(name, form, draft.saved),
    saved: draft.saved.secrets[name],
    error: errors[name],
    set: (field: SecretField) => change({ secrets: { ...form.secrets, [name]: field } }),
  }
}
