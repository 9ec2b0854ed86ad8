import { ActionIcon } from '@mantine/core'
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react'
import { NoticeBar } from '../components/noticeBar.tsx'
import { useNavigation } from '../stores/context.tsx'
import { texts } from '../texts/texts.ts'
import classes from './toolbar.module.css'

/** The line above every screen: back and forward, and the place of notices, which cover nothing. */
export function Toolbar() {
  const step = useNavigation((state) => state.step)
  return (
    <div className={classes.toolbar}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={texts.shell.back}
        title={texts.shell.backWithKeys}
        aria-keyshortcuts="Alt+ArrowLeft"
        onClick={() => step(-1)}
      >
        <IconArrowLeft size={18} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={texts.shell.forward}
        title={texts.shell.forwardWithKeys}
        aria-keyshortcuts="Alt+ArrowRight"
        onClick={() => step(1)}
      >
        <IconArrowRight size={18} />
      </ActionIcon>
      <NoticeBar />
    </div>
  )
}
