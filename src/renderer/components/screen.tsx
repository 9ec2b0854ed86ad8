import { Button } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useNavigation } from '../stores/context.tsx'
import classes from './screen.module.css'

interface ScreenProps {
  title: string
  /** What the screen is about, below the title. */
  subtitle?: ReactNode
  /** Main actions, at the right of the title. */
  actions?: ReactNode
  /** Shows the way back to the home screen. */
  back?: boolean
  children: ReactNode
}

/** Frame of every screen: title, actions, body. Moves the focus to the title, so that a reader hears what has come. */
export function Screen({ title, subtitle, actions, back = false, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} – Readur Migrate`
  }, [title])
  useEffect(() => heading.current?.focus(), [])
  return (
    <div className={classes.screen}>
      <div className={classes.head}>
        <div className={classes.titles}>
          {back && <BackButton />}
          <h1 ref={heading} tabIndex={-1} className={classes.title}>
            {title}
          </h1>
          {subtitle !== undefined && <div className={classes.subtitle}>{subtitle}</div>}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  )
}

function BackButton() {
  const go = useNavigation((state) => state.go)
  return (
    <Button
      className={classes.back ?? ''}
      variant="subtle"
      size="compact-sm"
      leftSection={<IconArrowLeft size={15} />}
      title="Home (Esc)"
      aria-keyshortcuts="Escape"
      onClick={() => go({ name: 'home' })}
    >
      Home
    </Button>
  )
}
