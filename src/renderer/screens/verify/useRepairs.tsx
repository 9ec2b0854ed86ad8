import { type ReactNode, useState } from 'react'
import type { DriftGroup, Repair, RunDetails } from '../../../shared/run.ts'
import { Confirm } from '../../components/confirm.tsx'
import { formatCount } from '../../format/number.ts'
import { useBusy, useLive, useNavigation, useStores } from '../../stores/context.tsx'
import { ResumeDialog } from '../result/resumeDialog.tsx'

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
  const files = formatCount(asked?.count ?? 0, 'file')
  return {
    mend,
    disabled: busy,
    dialogs: (
      <>
        <ResumeDialog run={details} opened={asked?.repair === 'resume'} onClose={close} />
        <Confirm
          opened={asked?.repair === 're-upload'}
          title="Send the missing objects again?"
          facts={[
            `${files} are sent to bucket ${bucket} from the local files, and read back.`,
            'All files of the run are looked at for it, also where only a sample was compared.',
            'Rows are not changed: they point there already.',
          ]}
          action="Send again"
          onClose={close}
          onConfirm={() => doRepair({ reUpload: true, markGone: false })}
        />
        <Confirm
          opened={asked?.repair === 'mark-gone'}
          title="Write them down as gone?"
          facts={[
            `${files} belong to documents that were deleted in ${database}. This record will say so, and no longer expect them.`,
            'Rows, objects and local files are not changed.',
          ]}
          action="Write down"
          onClose={close}
          onConfirm={() => doRepair({ reUpload: false, markGone: true })}
        />
      </>
    ),
  }
}
