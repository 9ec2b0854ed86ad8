import { Switch } from '@mantine/core'
import type { UndoDraft } from './draft.ts'
import classes from './undo.module.css'

interface UndoOptionsProps {
  draft: UndoDraft
  onChange: (draft: UndoDraft) => void
}

/** How a rollback is done: each option with what it does. */
export function UndoOptions({ draft, onChange }: UndoOptionsProps) {
  return (
    <div className={classes.options}>
      <Switch
        label="Keep the objects"
        description="They stay in the bucket as a second copy. A later migration finds and uses them."
        checked={draft.keepObjects}
        onChange={(event) => onChange({ ...draft, keepObjects: event.currentTarget.checked })}
      />
      <Switch
        label="Carry on over differences"
        description="What differs from the record is left out instead of ending the rollback, even when the bucket cannot be reached."
        checked={draft.force}
        onChange={(event) => onChange({ ...draft, force: event.currentTarget.checked })}
      />
    </div>
  )
}
