import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './dialog.module.css'

interface DialogProps {
  opened: boolean
  title: string
  onClose: () => void
  children: ReactNode
  /** Buttons, the safe one first. */
  actions: ReactNode
}

/** A question over the window. Keeps the focus inside; Esc and a click beside it take the safe way out. */
export function Dialog({ opened, title, onClose, children, actions }: DialogProps) {
  return (
    <Modal.Root opened={opened} onClose={onClose} centered size={480}>
      <Modal.Overlay />
      <Modal.Content className={classes.dialog ?? ''}>
        <Modal.Title className={classes.title ?? ''}>{title}</Modal.Title>
        {children}
        <div className={classes.actions}>{actions}</div>
      </Modal.Content>
    </Modal.Root>
  )
}
