import { Button, UnstyledButton } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import icon from '../../../resources/icon.svg'
import { useNavigation } from '../stores/context.tsx'
import classes from './appHeader.module.css'
import { ThemeSwitch } from './themeSwitch.tsx'

/** The bar on top of every screen: the product (leads home), the history and the appearance. */
export function AppHeader() {
  const go = useNavigation((state) => state.go)
  const isHistory = useNavigation((state) => state.screen.name === 'history')
  return (
    <header className={classes.header}>
      <UnstyledButton className={classes.product} onClick={() => go({ name: 'home' })}>
        <img src={icon} alt="" width={24} height={24} />
        <span>Readur Migrate</span>
      </UnstyledButton>
      <nav aria-label="Places" className={classes.places}>
        <Button
          variant="subtle"
          size="compact-md"
          leftSection={<IconHistory size={17} />}
          title="History (Ctrl+Shift+H)"
          aria-keyshortcuts="Control+Shift+H"
          aria-current={isHistory ? 'page' : undefined}
          onClick={() => go({ name: 'history' })}
        >
          History
        </Button>
      </nav>
      <ThemeSwitch />
    </header>
  )
}
