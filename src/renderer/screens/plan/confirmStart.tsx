import { Button } from '@mantine/core'
import type { MigrateOptions, RunDetails } from '../../../shared/run.ts'
import { Dialog } from '../../components/dialog.tsx'
import classes from './confirmStart.module.css'

interface ConfirmStartProps {
  opened: boolean
  /** What is moved: "312 documents". */
  what: string
  details: Pick<RunDetails, 'database' | 'bucket'>
  options: MigrateOptions
  onClose: () => void
  onConfirm: () => void
}

/** Names what will be different afterwards, before it is made so. */
export function ConfirmStart({ opened, what, details, options, onClose, onConfirm }: ConfirmStartProps) {
  return (
    <Dialog
      opened={opened}
      title="Start the migration?"
      onClose={onClose}
      action={<Button onClick={onConfirm}>Start migration</Button>}
    >
      <ul className={classes.facts}>
        <li>
          The rows of {what} in <strong>{details.database}</strong> will point at bucket{' '}
          <strong>{details.bucket}</strong>, each once its copy is verified.
        </li>
        <li>Local files stay where they are.</li>
        <li>
          Readur finds these documents only when it is set to use this bucket (<code>S3_ENABLED=true</code>) and
          restarted.
        </li>
        {options.enableRollback && <li>If a file fails, the whole run is rolled back.</li>}
      </ul>
    </Dialog>
  )
}
