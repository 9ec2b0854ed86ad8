import { Button, Modal } from '@mantine/core'
import { texts } from '../../texts/texts.ts'
import dialog from '../../components/dialog.module.css'
import { shortcutGroups, ShortcutList } from '../../components/keys.tsx'
import { useOverlay } from '../../stores/context.tsx'
import classes from './palette.module.css'

/** All keys that the window hears. */
export function Shortcuts() {
  const opened = useOverlay((state) => state.opened === 'shortcuts')
  const close = useOverlay((state) => state.close)
  return (
    <Modal.Root opened={opened} onClose={close} centered size={480}>
      <Modal.Overlay />
      <Modal.Content className={dialog.dialog ?? ''}>
        <Modal.Title className={dialog.title ?? ''}>{texts.palette.keyboardShortcuts}</Modal.Title>
        {shortcutGroups.map(({ title, shortcuts }) => (
          <section key={title} aria-label={title}>
            <h3 className={classes.title}>{title}</h3>
            <ShortcutList shortcuts={shortcuts} className={classes.list} />
          </section>
        ))}
        <div className={dialog.actions}>
          <Button data-autofocus onClick={close}>
            {texts.palette.close}
          </Button>
        </div>
      </Modal.Content>
    </Modal.Root>
  )
}
