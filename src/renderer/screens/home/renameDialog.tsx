import { Button, TextInput } from '@mantine/core'
import { useId, useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { Dialog } from '../../components/dialog.tsx'
import { useProfiles } from '../../stores/context.tsx'

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
      title={`Rename “${profile.name}”`}
      onClose={onClose}
      action={
        <Button type="submit" form={form} disabled={wanted === '' || isTaken}>
          Rename
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
          label="Name"
          maxLength={100}
          value={name}
          error={isTaken ? 'Another connection has this name.' : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </form>
    </Dialog>
  )
}
