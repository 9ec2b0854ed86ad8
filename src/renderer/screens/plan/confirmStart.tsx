import { useState } from 'react'
import type { MigrateOptions } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import type { ReadurState } from '../../../shared/readurState.ts'
import { Confirm } from '../../components/confirm.tsx'
import { lastBackupWords } from '../../components/backup/backupWords.ts'
import { switchingDecision, switchingFact, tryFirst } from '../../components/run/switching.ts'
import { isBeingMade, keyOf } from '../../stores/backups.ts'
import { useBackups, useCanTryReadur } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'

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
  const { copyOnly, enableRollback, verify } = options
  const later = verify === 'readback' ? texts.plan.switchLaterReadBack : texts.plan.switchLater
  const canTry = useCanTryReadur(details.profileId) && !copyOnly
  const [tries, setTries] = useState(true)
  const decision = copyOnly || (canTry && tries) ? null : switchingDecision(readur)
  const backup = useBackups((state) => state.last[keyOf(details)])
  const backingUp = useBackups(({ snapshot }) => isBeingMade(snapshot) && snapshot?.profileId === details.profileId)
  return (
    <Confirm
      opened={opened}
      title={copyOnly ? texts.plan.startCopying : texts.plan.startTheMigration}
      facts={[
        copyOnly ? (
          <>{texts.plan.copiedOnly({ what, bucket: <strong>{details.bucket}</strong> })}</>
        ) : (
          <>
            {texts.plan.copiedAndSwitched({
              what,
              bucket: <strong>{details.bucket}</strong>,
              database: <strong>{details.database}</strong>,
            })}
          </>
        ),
        texts.plan.localFilesAreKept,
        copyOnly ? later : switchingFact(readur),
        ...(backingUp
          ? [texts.plan.backupContinues]
          : backup
            ? [texts.plan.backupAndPaths(lastBackupWords(backup.backup))]
            : []),
        ...(enableRollback ? [texts.plan.rollBackFact] : []),
      ]}
      offer={canTry ? { label: tryFirst, taken: tries, onChange: setTries } : null}
      decision={decision}
      action={copyOnly ? texts.plan.startCopyingAction : texts.plan.startMigration}
      onClose={onClose}
      onConfirm={() => onConfirm(canTry && tries, decision !== null)}
    />
  )
}
