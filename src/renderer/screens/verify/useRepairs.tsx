import { type ReactNode, useState } from 'react'
import type { DriftGroup, Repair } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { Confirm } from '../../components/confirm.tsx'
import { useBusy, useLive, useNavigation, useStores } from '../../stores/context.tsx'
import { ResumeDialog } from '../../components/run/resumeDialog.tsx'
import { texts } from '../../texts/texts.ts'

interface RepairActions {
  mend: (repair: Repair, group: DriftGroup) => void
  dialogs: ReactNode
  disabled: boolean
}

/** What puts differences right: some ask first, some lead to a plan or to the rollback. */
export function useRepairs(details: RunDetails): RepairActions {
  const { makePlan } = useStores()
  const go = useNavigation((state) => state.go)
  const repair = useLive((state) => state.repair)
  const busy = useBusy()
  const [asked, setAsked] = useState<{ repair: Repair; count: number } | null>(null)
  const close = () => setAsked(null)
  const { runId, profileId, database, bucket } = details

  function mend(wanted: Repair, { count, examples }: DriftGroup) {
    const [only] = examples
    switch (wanted) {
      case 'resume':
      case 're-upload':
      case 'mark-gone':
        setAsked({ repair: wanted, count })
        break
      case 'rollback':
        go({ name: 'undo', runId, ...(count === 1 && only && { documentId: only.documentId }) })
        break
      case 'migrate':
        void makePlan(profileId)
        break
      case 'none':
        break
    }
  }

  const doRepair = (repairs: { reUpload: boolean; markGone: boolean }) => {
    close()
    void repair(runId, repairs)
  }
  const files = texts.nouns.file(asked?.count ?? 0)
  return {
    mend,
    disabled: busy,
    dialogs: (
      <>
        <ResumeDialog run={details} opened={asked?.repair === 'resume'} onClose={close} />
        <Confirm
          opened={asked?.repair === 're-upload'}
          title={texts.verify.uploadAgainQuestion}
          facts={[
            texts.verify.uploadsAgain({ files, bucket }),
            texts.verify.uploadAgainChecksAll,
            texts.verify.uploadAgainKeeps,
          ]}
          action={texts.verify.uploadAgainAction}
          onClose={close}
          onConfirm={() => doRepair({ reUpload: true, markGone: false })}
        />
        <Confirm
          opened={asked?.repair === 'mark-gone'}
          title={texts.verify.markAsDeletedQuestion}
          facts={[texts.verify.marksAsDeleted({ files, database }), texts.verify.markAsDeletedKeeps]}
          action={texts.verify.markAsDeletedAction}
          onClose={close}
          onConfirm={() => doRepair({ reUpload: false, markGone: true })}
        />
      </>
    ),
  }
}
