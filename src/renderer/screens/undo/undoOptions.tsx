import { Switch } from '@mantine/core'
import { texts } from '../../texts/texts.ts'
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
        label={texts.undo.keepS3Copies}
        description={texts.undo.theyStayInTheBucketAs}
        checked={draft.keepObjects}
        onChange={(event) => onChange({ ...draft, keepObjects: event.currentTarget.checked })}
      />
      <Switch
        label={texts.undo.skipFilesThatChanged}
        description={texts.undo.rollBackTheRestEvenIf}
        checked={draft.force}
        onChange={(event) => onChange({ ...draft, force: event.currentTarget.checked })}
      />
    </div>
  )
}
