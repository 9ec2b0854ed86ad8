import { firstOf, type FieldErrors } from '../../connection/validation.ts'
import { useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { focusField, type Editor } from './editor.ts'

/** What the editor is told to do. What speaks against it is shown beside its field, and the first one gets the focus. */
export function useOrders({ profileId, key, form, wrong, missing }: Editor) {
  const { drafts, discovery, doctor, profiles, navigation, notices } = useStores()
  const refuses = (errors: FieldErrors, shows: 'wrong' | 'missing'): boolean => {
    const first = firstOf(errors)
    if (first === null) return false
    drafts.getState().show(key, shows)
    focusField(first)
    return true
  }
  const save = async (): Promise<string | null> => {
    const id = await drafts.getState().save(key)
    if (id === null) return null
    discovery.getState().forget()
    await profiles.getState().load()
    return id
  }
  return {
    /** Complete or not. */
    save: async () => {
      if (refuses(wrong, 'wrong')) return
      const id = await save()
      if (id === null) return
      doctor.getState().forget()
      const name = form.name.trim()
      navigation.getState().go({ name: 'connection', profileId: id, tab: 'overview' })
      notices.getState().show(profileId === null ? texts.connection.added(name) : texts.connection.saved(name))
    },
    saveAndCheck: async () => {
      if (refuses({ ...missing, ...wrong }, 'missing')) return
      const id = await save()
      if (id === null) return
      if (profileId === null) navigation.getState().replace({ name: 'connection', profileId: id, tab: 'settings' })
      await doctor.getState().start(id, 'run')
    },
  }
}
