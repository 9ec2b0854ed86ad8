import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { texts } from '../texts/texts.ts'
import classes from './dialog.module.css'

interface DialogProps {
  opened: boolean
  title: string
  onClose: () => void
  children: ReactNode
  /** The button that goes ahead. Cancel stands before it. */
  action: ReactNode
  /** What stands for Cancel where there is nothing to cancel. */
  closeLabel?: string
  /** In pixels. */
  size?: number
}

/** A question over the window. Keeps the focus inside, on Cancel at first; Esc and a click beside it cancel too. */
export function Dialog({
  opened,
  title,
  onClose,
  children,
  action,
  closeLabel = texts.components.cancel,
  size = 480,
}: DialogProps) {
  return (
    <Modal.Root opened={opened} onClose={onClose} centered size={size}>
      <Modal.Overlay />
      <Modal.Content className={classes.dialog ?? ''}>
        <Modal.Title className={classes.title ?? ''}>{title}</Modal.Title>
        {children}
        <div className={classes.actions}>
          <Button data-autofocus variant="default" onClick={onClose}>
            {closeLabel}
          </Button>
          {action}
        </div>
      </Modal.Content>
    </Modal.Root>
  )
}
