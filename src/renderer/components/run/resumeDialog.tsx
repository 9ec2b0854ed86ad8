import { doneOf } from '../../../shared/runWords.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { Confirm } from '../confirm.tsx'
import { useLive, useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'

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
      title={texts.result.resumeThisRun}
      facts={[
        texts.result.doneAndRemaining({ done: doneOf(run), planned: run.planned, remaining: run.remaining }),
        ...(run.copied > 0 ? [texts.result.copiedAlready(run.copied)] : []),
        restOf(run),
        texts.result.resumeOptions,
      ]}
      action={texts.result.resume}
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
      return <>{texts.result.copiesTo(<strong>{bucket}</strong>)}</>
    case 'rollback':
      return <>{texts.result.pointsBack(<strong>{database}</strong>)}</>
    case 'quarantine':
    case 'purge':
      return texts.result.resumeFreed
    case 'return':
      return texts.result.resumeReturned
    case 'audit':
    case 'repair':
    case 'unrepair':
      return texts.result.resumeRepaired
  }
}
