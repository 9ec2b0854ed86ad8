import { useDebouncedValue } from '@mantine/hooks'
import type { UndoSelection } from '../../../shared/run.ts'
import { formatBytes } from '../../format/bytes.ts'
import { useRead } from '../../stores/useRead.ts'
import { texts } from '../../texts/texts.ts'
import classes from './undo.module.css'

const countAfterMs = 150

interface SelectionSummaryProps {
  runId: string
  /** The same object until it is another choice. */
  selection: UndoSelection
}

/** What a choice comes to, as the run's record has it; the preview then looks at database, bucket and files. */
export function SelectionSummary({ runId, selection }: SelectionSummaryProps) {
  const [settled] = useDebouncedValue(selection, countAfterMs)
  const { value } = useRead(settled, (api, wanted) => api.runs.countSelected(runId, wanted))
  return (
    <span className={classes.comesTo} role="status">
      {value &&
        (value.documents === 0
          ? texts.undo.nothingMatches
          : texts.undo.comesTo({ ...value, size: formatBytes(value.bytes) }))}
    </span>
  )
}
