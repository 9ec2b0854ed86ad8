import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconDownload, IconUpload } from '@tabler/icons-react'
import { useNotices, useProfiles } from '../../stores/context.tsx'
import { FilePicker } from './filePicker.tsx'

/** Connections from another computer, and for another one. */
export function HomeMenu() {
  const profiles = useProfiles((state) => state.profiles) ?? []
  const exportTo = useProfiles((state) => state.exportTo)
  const show = useNotices((state) => state.show)
  const save = async () => {
    const path = await exportTo(profiles.map(({ id }) => id))
    if (path !== null && path !== '') show(`All connections were written to ${path}, without their passwords.`)
  }
  return (
    <FilePicker>
      {(choose) => (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label="More for connections">
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconUpload size={16} />} onClick={choose}>
              Import connections…
            </Menu.Item>
            <Menu.Item
              leftSection={<IconDownload size={16} />}
              disabled={profiles.length === 0}
              onClick={() => void save()}
            >
              Export all connections…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </FilePicker>
  )
}
