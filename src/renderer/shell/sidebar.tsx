import { ActionIcon, Menu, UnstyledButton } from '@mantine/core'
import { useLocalStorage, useMediaQuery, useWindowEvent } from '@mantine/hooks'
import {
  IconDots,
  IconDownload,
  IconHelp,
  IconHistory,
  IconLayoutSidebar,
  IconPlus,
  IconSearch,
  IconSettings,
  IconUpload,
} from '@tabler/icons-react'
import { type ReactNode, useEffect } from 'react'
import { FilePicker } from '../components/filePicker.tsx'
import { Keys } from '../components/keys.tsx'
import { useNavigation, useNotices, useOverlay, useProfiles } from '../stores/context.tsx'
import type { Screen } from '../stores/navigation.ts'
import { texts } from '../texts/texts.ts'
import { ConnectionItem } from './connectionItem.tsx'
import classes from './sidebar.module.css'
import { useShownConnection } from './useShownConnection.ts'

/** Below this the sidebar shows icons alone: content needs the room. */
const narrow = '(max-width: 1099px)'

/** Whether the sidebar shows icons alone, and how that is changed; the choice is kept. */
export function useFolded(): { folded: boolean; toggle: () => void } {
  const [chosen, choose] = useLocalStorage<boolean>({
    key: 'readur-migrate-sidebar-folded',
    defaultValue: false,
    getInitialValueInEffect: false,
  })
  const isNarrow = useMediaQuery(narrow, false, { getInitialValueInEffect: false })
  return { folded: chosen || isNarrow, toggle: () => choose((before) => !before) }
}

/** The way to everything: search, connections with where they stand, and the other places. */
export function Sidebar({ folded, onFold }: { folded: boolean; onFold: () => void }) {
  const open = useOverlay((state) => state.open)
  return (
    <nav className={classes.sidebar} data-folded={folded} aria-label={texts.shell.places}>
      <UnstyledButton
        className={classes.item ?? ''}
        aria-keyshortcuts="Control+K"
        title={folded ? texts.shell.find : undefined}
        onClick={() => open('find')}
      >
        <IconSearch size={18} stroke={1.75} aria-hidden />
        <span className={classes.label}>{texts.shell.find}</span>
        <span className={classes.keys}>
          <Keys keys="mod+K" />
        </span>
      </UnstyledButton>
      <Connections />
      <div className={classes.foot}>
        <PlaceItem to={{ name: 'history' }} label={texts.shell.history} keys="Control+Shift+H">
          <IconHistory size={18} stroke={1.75} aria-hidden />
        </PlaceItem>
        <PlaceItem to={{ name: 'settings' }} label={texts.shell.settings} keys="Control+,">
          <IconSettings size={18} stroke={1.75} aria-hidden />
        </PlaceItem>
        <PlaceItem to={{ name: 'help' }} label={texts.shell.help}>
          <IconHelp size={18} stroke={1.75} aria-hidden />
        </PlaceItem>
        <UnstyledButton
          className={classes.item ?? ''}
          aria-keyshortcuts="Control+B"
          aria-pressed={folded}
          title={texts.shell.foldHint}
          onClick={onFold}
        >
          <IconLayoutSidebar size={18} stroke={1.75} aria-hidden />
          <span className={classes.label}>{texts.shell.fold}</span>
        </UnstyledButton>
      </div>
    </nav>
  )
}

function Connections() {
  const { profiles, load } = useProfiles((state) => state)
  const shown = useShownConnection()
  // They are added in a terminal, too: who comes back from there finds them.
  useEffect(() => void load(), [load])
  useWindowEvent('focus', () => void load())
  return (
    <section className={classes.connections} aria-labelledby="connections">
      <div className={classes.section}>
        <h2 id="connections" className={classes.heading}>
          {texts.shell.connections}
        </h2>
        <ConnectionsMenu />
      </div>
      <ul className={classes.list} aria-labelledby="connections">
        {profiles?.map((profile) => (
          <li key={profile.id}>
            <ConnectionItem profile={profile} shown={profile.id === shown} />
          </li>
        ))}
      </ul>
      <PlaceItem to={{ name: 'new' }} label={texts.shell.newConnection} keys="Control+N">
        <IconPlus size={18} stroke={1.75} aria-hidden />
      </PlaceItem>
    </section>
  )
}

interface PlaceItemProps {
  to: Screen
  label: string
  keys?: string
  /** Its icon. */
  children: ReactNode
}

function PlaceItem({ to, label, keys, children }: PlaceItemProps) {
  const go = useNavigation((state) => state.go)
  const here = useNavigation((state) => state.screen.name === to.name)
  return (
    <UnstyledButton
      className={classes.item ?? ''}
      aria-label={label}
      aria-keyshortcuts={keys}
      aria-current={here ? 'page' : undefined}
      title={label}
      onClick={() => go(to)}
    >
      {children}
      <span className={classes.label}>{label}</span>
    </UnstyledButton>
  )
}

/** Connections from another computer, and for another one. */
function ConnectionsMenu() {
  const profiles = useProfiles((state) => state.profiles) ?? []
  const exportTo = useProfiles((state) => state.exportTo)
  const show = useNotices((state) => state.show)
  const save = async () => {
    const path = await exportTo(profiles.map(({ id }) => id))
    if (path !== null && path !== '') show(texts.shell.exportedAll(path))
  }
  return (
    <FilePicker>
      {(choose) => (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={24} aria-label={texts.shell.moreForConnections}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconUpload size={16} />} onClick={choose}>
              {texts.shell.importConnections}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconDownload size={16} />}
              disabled={profiles.length === 0}
              onClick={() => void save()}
            >
              {texts.shell.exportAllConnections}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </FilePicker>
  )
}
