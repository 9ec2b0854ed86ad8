import { doneOf } from '../../../shared/runWords.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { Confirm } from '../../components/confirm.tsx'
import { formatCount, formatNumber } from '../../format/number.ts'
import { useLive, useStores } from '../../stores/context.tsx'

interface ResumeDialogProps {
  run: RunSummary
  opened: boolean
  onClose: () => void
}

/** Says what remains of a run before it goes on. */
export function ResumeDialog({ run, opened, onClose }: ResumeDialogProps) {
  const { resume } = useStores()
  const busy = useLive((state) => state.pending === 'resume')
  return (
    <Confirm
      opened={opened}
      title="Resume this run?"
      facts={[
        `${formatNumber(doneOf(run))} of ${formatCount(run.planned, 'file')} are done, ${formatNumber(run.remaining)} remain.`,
        ...(run.copied > 0
          ? [`Of these, ${formatNumber(run.copied)} are copied already; only their rows are left.`]
          : []),
        restOf(run),
        'It goes on with the options that it was started with.',
      ]}
      action="Resume"
      busy={busy}
      onClose={onClose}
      onConfirm={() => void resume(run.runId).then(onClose)}
    />
  )
}

function restOf({ kind, database, bucket }: RunSummary) {
  switch (kind) {
    case 'migrate':
    case 'import':
    case 'recover':
      return (
        <>
          They are copied to bucket <strong>{bucket}</strong> and verified. Copies that are there already are used and
          not sent again.
        </>
      )
    case 'rollback':
      return (
        <>
          Their rows in <strong>{database}</strong> go back to the local files; then the objects go, if that was chosen.
        </>
      )
    case 'quarantine':
    case 'purge':
      return 'Each local file goes only after its object was read back whole.'
    case 'return':
      return 'Each file is compared with its record before it moves.'
    case 'audit':
    case 'repair':
    case 'unrepair':
      return 'Each item is checked again before it is changed.'
  }
}
