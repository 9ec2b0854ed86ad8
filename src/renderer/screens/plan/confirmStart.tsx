import { useState } from 'react'
import type { MigrateOptions, RunDetails } from '../../../shared/run.ts'
import type { ReadurState } from '../../../shared/readurState.ts'
import { Confirm } from '../../components/confirm.tsx'
import { lastBackupWords } from '../../format/backup.ts'
import { switchingDecision, switchingFact, tryFirst } from '../../format/switching.ts'
import { isBeingMade, keyOf } from '../../stores/backups.ts'
import { useBackups, useCanTryReadur } from '../../stores/context.tsx'

interface ConfirmStartProps {
  opened: boolean
  /** What is moved: "312 documents". */
  what: string
  details: Pick<RunDetails, 'runId' | 'profileId' | 'database' | 'bucket'>
  options: MigrateOptions
  /** Where Readur stores; null where that is not known yet. */
  readur: ReadurState | null
  onClose: () => void
  /**
   * `canary`: Readur is tried with a document before rows are switched. `isDecided`: they are switched although it is not
   * known to use the bucket.
   */
  onConfirm: (canary: boolean, isDecided: boolean) => void
}

/** Names what will be different after a migration, before it is made so. */
export function ConfirmStart({ opened, what, details, options, readur, onClose, onConfirm }: ConfirmStartProps) {
  const { copyOnly, enableRollback } = options
  const canTry = useCanTryReadur(details.profileId) && !copyOnly
  const [tries, setTries] = useState(true)
  const decision = copyOnly || (canTry && tries) ? null : switchingDecision(readur)
  const backup = useBackups((state) => state.last[keyOf(details)])
  const backingUp = useBackups(({ snapshot }) => isBeingMade(snapshot) && snapshot?.profileId === details.profileId)
  return (
    <Confirm
      opened={opened}
      title={copyOnly ? 'Start copying?' : 'Start the migration?'}
      facts={[
        copyOnly ? (
          <>
            {what} are copied to bucket <strong>{details.bucket}</strong> and verified. No row is changed: Readur works
            on as it does now.
          </>
        ) : (
          <>
            The rows of {what} in <strong>{details.database}</strong> will point at bucket{' '}
            <strong>{details.bucket}</strong>, each once its copy is verified.
          </>
        ),
        'Local files stay where they are.',
        copyOnly
          ? 'Later, when Readur is set to S3, the cutover switches the rows. That takes seconds to minutes.'
          : switchingFact(readur),
        ...(backingUp
          ? ['The backup that is being made goes on; it holds the rows as they were when it began.']
          : backup
            ? [`${lastBackupWords(backup.backup)} The paths of all rows are saved with the run either way.`]
            : []),
        ...(enableRollback ? ['If a file fails, the whole run is rolled back.'] : []),
      ]}
      offer={canTry ? { label: tryFirst, taken: tries, onChange: setTries } : null}
      decision={decision}
      action={copyOnly ? 'Start copying' : 'Start migration'}
      onClose={onClose}
      onConfirm={() => onConfirm(canTry && tries, decision !== null)}
    />
  )
}
