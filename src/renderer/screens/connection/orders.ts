import { draftOf, secretChangesOf } from '../../connection/form.ts'
import { firstOf, type FieldErrors } from '../../connection/validation.ts'
import { useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { idOf, type Editor } from './editor.ts'

/** What the editor is told to do. What speaks against it is shown beside its field, and the first one gets the focus. */
export function useOrders({ profileId, key, draft, form, wrong, missing }: Editor) {
  const { drafts, profiles, connectionTest, navigation, notices } = useStores()
  const refuses = (errors: FieldErrors, shows: 'wrong' | 'missing'): boolean => {
    const first = firstOf(errors)
    if (first === null) return false
    drafts.getState().show(key, shows)
    // Once the error stands there; a field that is folded away is unfolded for it.
    requestAnimationFrame(() => {
      const field = document.getElementById(idOf(first))
      const folded = field?.closest('details')
      if (folded) folded.open = true
      field?.focus()
    })
    return true
  }
  return {
    save: async () => {
      if (refuses(wrong, 'wrong')) return
      const isNew = profileId === null
      const name = form.name.trim()
      const id = await drafts.getState().save(key)
      if (id === null) return
      await profiles.getState().load()
      navigation.getState().go({ name: 'connection', profileId: id, tab: 'overview' })
      notices.getState().show(isNew ? texts.connection.added(name) : texts.connection.saved(name))
    },
    test: async () => {
      const amiss: FieldErrors = { ...missing, ...wrong }
      // A test needs no name.
      delete amiss.name
      if (refuses(amiss, 'missing')) return
      const subject = { profileId, draft: draftOf(form), secrets: secretChangesOf(form, draft.saved) }
      await connectionTest.getState().start(form, subject)
    },
  }
}
