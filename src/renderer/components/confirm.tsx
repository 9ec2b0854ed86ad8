import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './confirm.module.css'
import { Dialog } from './dialog.tsx'

interface ConfirmProps {
  opened: boolean
  title: string
  /** What will be different afterwards, one thing a line. */
  facts: ReactNode[]
  /** The button that goes ahead, a verb. */
  action: string
  /** What goes ahead cannot be taken back. */
  final?: boolean
  busy?: boolean
  onClose: () => void
  onConfirm: () => void
}

/** Names what will be different afterwards, before it is made so. */
export function Confirm({
  opened,
  title,
  facts,
  action,
  final = false,
  busy = false,
  onClose,
  onConfirm,
}: ConfirmProps) {
  return (
    <Dialog
      opened={opened}
      title={title}
      onClose={onClose}
      action={
        <Button loading={busy} onClick={onConfirm} {...(final && { color: 'red' })}>
          {action}
        </Button>
      }
    >
      <ul className={classes.facts}>
        {facts.map((fact, index) => (
          <li key={index}>{fact}</li>
        ))}
      </ul>
    </Dialog>
  )
}
