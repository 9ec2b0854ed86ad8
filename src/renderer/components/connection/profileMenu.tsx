import { ActionIcon, Menu } from '@mantine/core'
import { IconCopy, IconDots, IconDownload, IconPlugConnected, IconTag, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { useNavigation, useNotices, useProfiles } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { RenameDialog } from './renameDialog.tsx'

/** All that can be done with a connection beside running it. */
export function ProfileMenu({ profile }: { profile: ProfileSummary }) {
  const { id, name } = profile
  const [dialog, setDialog] = useState<'rename' | null>(null)
  const go = useNavigation((state) => state.go)
  const show = useNotices((state) => state.show)
  const { duplicate, remove, restore, exportTo } = useProfiles((state) => state)
  const close = () => setDialog(null)

  const copy = async () => {
    const made = await duplicate(id)
    if (made !== null)
      show(texts.home.duplicated(name), {
        label: texts.home.editCopy,
        run: () => go({ name: 'connection', profileId: made, tab: 'settings' }),
      })
  }
  const forget = async () => {
    if ((await remove(id)) === null) return
    go({ name: 'home' })
    const undo = { label: texts.home.undo, run: () => void restore(id) }
    show(texts.home.deleted(name), undo)
  }
  const save = async () => {
    const path = await exportTo([id])
    if (path !== null && path !== '') show(texts.home.exported({ name, path }))
  }
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={texts.home.moreFor(name)}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPlugConnected size={16} />}
            onClick={() => go({ name: 'doctor', profileId: id })}
          >
            {texts.home.check}
          </Menu.Item>
          <Menu.Item leftSection={<IconTag size={16} />} onClick={() => setDialog('rename')}>
            {texts.home.rename}
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => void copy()}>
            {texts.home.duplicate}
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => void save()}>
            {texts.home.export}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => void forget()}>
            {texts.home.delete}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'rename' && <RenameDialog profile={profile} onClose={close} />}
    </>
  )
}
