import { Button, Checkbox } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import classes from './dialog.module.css'
import { Dialog } from './dialog.tsx'

interface Offer {
  label: string
  taken: boolean
  onChange: (taken: boolean) => void
}

interface ConfirmProps {
  opened: boolean
  title: string
  /** What will be different afterwards, one thing a line. */
  facts: ReactNode[]
  /** The button that goes ahead, a verb. */
  action: string
  /** What has to be ticked before, where it is a decision of its own: it names the consequence. */
  decision?: string | null
  /** What can be done beside it, or left; null: nothing. */
  offer?: Offer | null
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
  decision = null,
  offer = null,
  final = false,
  busy = false,
  onClose,
  onConfirm,
}: ConfirmProps) {
  const [decided, setDecided] = useState(false)
  const end = (go: () => void) => () => {
    setDecided(false)
    go()
  }
  return (
    <Dialog
      opened={opened}
      title={title}
      onClose={end(onClose)}
      action={
        <Button
          loading={busy}
          disabled={decision !== null && !decided}
          onClick={end(onConfirm)}
          {...(final && { color: 'red' })}
        >
          {action}
        </Button>
      }
    >
      <ul className={classes.facts}>
        {facts.map((fact, index) => (
          <li key={index}>{fact}</li>
        ))}
      </ul>
      {offer && (
        <Checkbox
          className={classes.decision ?? ''}
          label={offer.label}
          checked={offer.taken}
          onChange={(event) => offer.onChange(event.currentTarget.checked)}
        />
      )}
      {decision !== null && (
        <Checkbox
          className={classes.decision ?? ''}
          label={decision}
          checked={decided}
          onChange={(event) => setDecided(event.currentTarget.checked)}
        />
      )}
    </Dialog>
  )
}
