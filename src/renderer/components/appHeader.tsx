import { UnstyledButton } from '@mantine/core'
import icon from '../../../resources/icon.svg'
import { useNavigation } from '../stores/context.tsx'
import classes from './appHeader.module.css'
import { ThemeSwitch } from './themeSwitch.tsx'

/** The bar on top of every screen: the product (leads home) and the appearance. */
export function AppHeader() {
  const go = useNavigation((state) => state.go)
  return (
    <header className={classes.header}>
      <UnstyledButton
        className={classes.product}

        onClick={() => go({ name: 'home' })}
      >
        <img src={icon} alt="" width={24} height={24} />
        <span>Readur Migrate</span>
      </UnstyledButton>
      <ThemeSwitch />
    </header>
  )
}
