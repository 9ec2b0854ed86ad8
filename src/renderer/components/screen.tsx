import { Button } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useNavigation } from '../stores/context.tsx'
import { backOf, isPlace, type Screen as Place } from '../stores/navigation.ts'
import { texts } from '../texts/texts.ts'
import { PlaceContent, usePlaceTabs } from './tabs.tsx'
import classes from './screen.module.css'

interface ScreenProps {
  title: string
  /** What the screen is about, below the title. */
  subtitle?: ReactNode
  /** Main actions, at the end of the title's line; the primary one last. */
  actions?: ReactNode
  /** Shows the way back to where the screen was opened from. */
  back?: boolean
  children: ReactNode
}

/** Frame of every screen: title, actions, body. Moves the focus to the title, so that a reader hears what has come. */
export function Screen({ title, subtitle, actions, back = false, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const tabs = usePlaceTabs()
  useEffect(() => {
    document.title = texts.components.windowTitle(title)
  }, [title])
  useEffect(() => heading.current?.focus(), [])
  return (
    <div className={classes.screen}>
      <div className={classes.head}>
        <div className={classes.line}>
          <div className={classes.titles}>
            {back && <BackButton />}
            <h1 ref={heading} tabIndex={-1} className={classes.title}>
              {title}
            </h1>
            {subtitle !== undefined && <div className={classes.subtitle}>{subtitle}</div>}
          </div>
          {actions !== undefined && <div className={classes.actions}>{actions}</div>}
        </div>
        {tabs}
      </div>
      <PlaceContent>{children}</PlaceContent>
    </div>
  )
}

const backWords: Partial<Record<Place['name'], string>> = {
  home: texts.components.connection,
  history: texts.components.history,
  run: texts.components.run,
  connection: texts.components.connection,
}

function BackButton() {
  const go = useNavigation((state) => state.go)
  const screen = useNavigation((state) => state.screen)
  const origin = useNavigation((state) => state.origin)
  const target = backOf(screen, origin)
  if (target === null || isPlace(screen)) return null
  const label = backWords[target.name] ?? texts.components.back
  return (
    <Button
      className={classes.back ?? ''}
      variant="subtle"
      size="compact-sm"
      leftSection={<IconArrowLeft size={15} />}
      title={texts.components.withEsc(label)}
      aria-keyshortcuts="Escape"
      onClick={() => go(target)}
    >
      {label}
    </Button>
  )
}
