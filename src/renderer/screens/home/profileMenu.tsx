import { ActionIcon, Menu } from '@mantine/core'
import {
  IconCopy,
  IconDots,
  IconDownload,
  IconPencil,
  IconPlugConnected,
  IconRoute,
  IconTag,
  IconTrash,
} from '@tabler/icons-react'
import { useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { useNavigation, useNotices, useProfiles } from '../../stores/context.tsx'
import { RenameDialog } from './renameDialog.tsx'
import { TestDialog } from './testDialog.tsx'

/** All that can be done with a connection beside running it. */
export function ProfileMenu({ profile }: { profile: ProfileSummary }) {
  const { id, name } = profile
  const [dialog, setDialog] = useState<'test' | 'rename' | null>(null)
  const go = useNavigation((state) => state.go)
  const show = useNotices((state) => state.show)
  const { duplicate, remove, restore, exportTo } = useProfiles((state) => state)
  const close = () => setDialog(null)

  const copy = async () => {
    const made = await duplicate(id)
    if (made !== null)
      show(`“${name}” was duplicated.`, {
        label: 'Edit the copy',
        run: () => go({ name: 'connection', profileId: made }),
      })
  }
  const forget = async () => {
    if ((await remove(id)) === null) return
    const undo = { label: 'Undo', run: () => void restore(id) }
    show(
      `“${name}” was deleted with its saved passwords. Its runs stay in the history; Readur and the bucket are as before.`,
      undo,
    )
  }
  const save = async () => {
    const path = await exportTo([id])
    if (path !== null && path !== '') show(`“${name}” was written to ${path}, without its passwords.`)
  }
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={`More for ${name}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconRoute size={16} />} onClick={() => go({ name: 'overview', profileId: id })}>
            Where it stands
          </Menu.Item>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => go({ name: 'connection', profileId: id })}>
            Edit
          </Menu.Item>
          <Menu.Item leftSection={<IconPlugConnected size={16} />} onClick={() => setDialog('test')}>
            Test
          </Menu.Item>
          <Menu.Item leftSection={<IconTag size={16} />} onClick={() => setDialog('rename')}>
            Rename…
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => void copy()}>
            Duplicate
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => void save()}>
            Export…
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => void forget()}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'test' && <TestDialog profile={profile} onClose={close} />}
      {dialog === 'rename' && <RenameDialog profile={profile} onClose={close} />}
    </>
  )
}
