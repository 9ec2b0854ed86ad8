import { useState } from 'react'
import type { RunDetails } from '../../../shared/run.ts'
import { Confirm } from '../../components/confirm.tsx'
import { formatCount } from '../../format/number.ts'
import { switchingDecision, switchingFact, tryFirst } from '../../format/switching.ts'
import { useCanTryReadur, useLive, useReadurState } from '../../stores/context.tsx'

interface CutoverDialogProps {
  details: RunDetails
  opened: boolean
  onClose: () => void
}

/** Names what a cutover changes, and what has to be done before. */
export function CutoverDialog({ details, opened, onClose }: CutoverDialogProps) {
  const { runId, profileId, copied, database, bucket } = details
  const readur = useReadurState(profileId)
  const canTry = useCanTryReadur(profileId)
  const [tries, setTries] = useState(true)
  const decision = canTry && tries ? null : switchingDecision(readur)
  const cutover = useLive((state) => state.cutover)
  const busy = useLive((state) => state.pending === 'cutover')
  return (
    <Confirm
      opened={opened}
      title="Cut over now?"
      facts={[
        <>
          The rows of {formatCount(copied, 'file')} in <strong>{database}</strong> will point at bucket{' '}
          <strong>{bucket}</strong>.
        </>,
        switchingFact(readur),
        'Local files stay where they are, and the run can be rolled back.',
      ]}
      offer={canTry ? { label: tryFirst, taken: tries, onChange: setTries } : null}
      decision={decision}
      action="Cut over"
      busy={busy}
      onClose={onClose}
      onConfirm={() => void cutover(runId, tries, decision !== null).then(onClose)}
    />
  )
}
