import { useState } from 'react'
import type { RunDetails } from '../../../shared/record.ts'
import { Confirm } from '../../components/confirm.tsx'
import { switchingDecision, switchingFact, tryFirst } from '../../components/run/switching.ts'
import { useCanTryReadur, useLive, useReadurState } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'

interface CutoverDialogProps {
  details: RunDetails
  opened: boolean
  onClose: () => void
}

/** Names what a cutover changes, and what has to be done before. */
export function CutoverDialog({ details, opened, onClose }: CutoverDialogProps) {
  const { runId, profileId, copied, database, bucket, options } = details
  const readur = useReadurState(profileId)
  const canTry = useCanTryReadur(profileId)
  const [tries, setTries] = useState(true)
  const decision = canTry && tries ? null : switchingDecision(readur)
  const cutover = useLive((state) => state.cutover)
  const busy = useLive((state) => state.pending === 'cutover')
  return (
    <Confirm
      opened={opened}
      title={texts.result.switchToS3Now}
      facts={[
        <>
          {texts.result.switchesFiles({
            copied,
            database: <strong>{database}</strong>,
            bucket: <strong>{bucket}</strong>,
          })}
        </>,
        switchingFact(readur),
        ...(options?.verify === 'readback' ? [texts.result.readBackFirst] : []),
        texts.result.switchReversible,
      ]}
      offer={canTry ? { label: tryFirst, taken: tries, onChange: setTries } : null}
      decision={decision}
      action={texts.result.switchToS3Action}
      busy={busy}
      onClose={onClose}
      onConfirm={() => void cutover(runId, tries, decision !== null).then(onClose)}
    />
  )
}
