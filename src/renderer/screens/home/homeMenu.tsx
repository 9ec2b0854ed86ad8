import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconDownload, IconUpload } from '@tabler/icons-react'
import { useNotices, useProfiles } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { FilePicker } from './filePicker.tsx'

/** Connections from another computer, and for another one. */
export function HomeMenu() {
  const profiles = useProfiles((state) => state.profiles) ?? []
  const exportTo = useProfiles((state) => state.exportTo)
  const show = useNotices((state) => state.show)
  const save = async () => {
    const path = await exportTo(profiles.map(({ id }) => id))
    if (path !== null && path !== '') show(texts.home.exportedAll(path))
  }
  return (
    <FilePicker>
      {(choose) => (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={texts.home.moreActionsForConnections}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconUpload size={16} />} onClick={choose}>
              {texts.home.importConnections}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconDownload size={16} />}
              disabled={profiles.length === 0}
              onClick={() => void save()}
            >
              {texts.home.exportAllConnections}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </FilePicker>
  )
}
