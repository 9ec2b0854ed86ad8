import { Button, SegmentedControl, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { IconHistory, IconSearch, IconSettings } from '@tabler/icons-react'
import icon from '../../../resources/icon.svg'
import { useNavigation, useOverlay } from '../stores/context.tsx'
import { texts } from '../texts/texts.ts'
import classes from './appHeader.module.css'
import { Keys } from './keys.tsx'

/** The bar on top of every screen: the product (leads home), the history and the appearance. */
export function AppHeader() {
  const go = useNavigation((state) => state.go)
  const open = useOverlay((state) => state.open)
  const here = useNavigation((state) => state.screen.name)
  return (
    <header className={classes.header}>
      <UnstyledButton className={classes.product} onClick={() => go({ name: 'home' })}>
        <img src={icon} alt="" width={24} height={24} />
        <span>{texts.components.readurMigrate}</span>
      </UnstyledButton>
      <nav aria-label={texts.components.places} className={classes.places}>
        <Button
          variant="subtle"
          size="compact-md"
          leftSection={<IconHistory size={17} />}
          title={texts.components.historyWithKeys}
          aria-keyshortcuts="Control+Shift+H"
          aria-current={here === 'history' ? 'page' : undefined}
          onClick={() => go({ name: 'history' })}
        >
          {texts.components.history}
        </Button>
        <Button
          variant="subtle"
          size="compact-md"
          leftSection={<IconSettings size={17} />}
          title={texts.components.settingsWithKeys}
          aria-keyshortcuts="Control+,"
          aria-current={here === 'settings' ? 'page' : undefined}
          onClick={() => go({ name: 'settings' })}
        >
          {texts.components.settings}
        </Button>
      </nav>
      <Button
        variant="default"
        size="compact-md"
        className={classes.find ?? ''}
        leftSection={<IconSearch size={16} />}
        rightSection={<Keys keys="mod+K" />}
        aria-keyshortcuts="Control+K"
        onClick={() => open('find')}
      >
        {texts.components.find}
      </Button>
      <ThemeSwitch />
    </header>
  )
}

/** Chooses light, dark or the system's appearance; the choice is kept. */
function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <SegmentedControl
      size="xs"
      aria-label={texts.components.appearance}
      value={colorScheme}
      onChange={setColorScheme}
      data={[
        { value: 'light', label: texts.components.light },
        { value: 'dark', label: texts.components.dark },
        { value: 'auto', label: texts.components.system },
      ]}
    />
  )
}
