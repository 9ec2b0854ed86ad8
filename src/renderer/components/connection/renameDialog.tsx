import { Button, TextInput } from '@mantine/core'
import { useId, useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { Dialog } from '../dialog.tsx'
import { useProfiles } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'

/** Another name for a connection; runs keep the one that they were made under. */
export function RenameDialog({ profile, onClose }: { profile: ProfileSummary; onClose: () => void }) {
  const form = useId()
  const [name, setName] = useState(profile.name)
  const rename = useProfiles((state) => state.rename)
  const others = useProfiles((state) => state.profiles)
  const wanted = name.trim()
  const isTaken = others?.some((it) => it.id !== profile.id && it.name === wanted) === true
  const submit = async () => {
    if (wanted === '' || isTaken) return
    if (wanted !== profile.name) await rename(profile.id, wanted)
    onClose()
  }
  return (
    <Dialog
      opened
      title={texts.home.renameOf(profile.name)}
      onClose={onClose}
      action={
        <Button type="submit" form={form} disabled={wanted === '' || isTaken}>
          {texts.home.renameAction}
        </Button>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <TextInput
          data-autofocus
          label={texts.home.name}
          maxLength={100}
          value={name}
          error={isTaken ? texts.home.nameTaken : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </form>
    </Dialog>
  )
}
