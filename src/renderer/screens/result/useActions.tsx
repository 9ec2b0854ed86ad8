import { type ReactNode, useState } from 'react'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { useBusy, useNavigation, useProfiles, useStores } from '../../stores/context.tsx'
import { AuditDialog } from '../../components/run/auditDialog.tsx'
import { texts } from '../../texts/texts.ts'
import type { ActionName } from './actions.ts'
import { CutoverDialog } from './cutoverDialog.tsx'
import { FreeDialog } from './freeDialog.tsx'
import { ResumeDialog } from '../../components/run/resumeDialog.tsx'

interface RunActions {
  /** With a code, `retry` is about what failed for this cause. */
  act: (name: ActionName, code?: ErrorCode) => void
  /** Questions that some of them ask before. */
  dialogs: ReactNode
  disabled: boolean
  /** Why they are disabled. */
  note: string | null
}

type Asked = 'resume' | 'cutover' | 'free' | 'audit'

/** What the actions of a run do: some ask first, some lead to a plan or to a screen of their own. */
export function useActions(details: RunDetails): RunActions {
  const { prepare, makePlan } = useStores()
  const go = useNavigation((state) => state.go)
  const busy = useBusy()
  const profiles = useProfiles((state) => state.profiles)
  const profile = profiles?.find(({ id }) => id === details.profileId)
  const isGone = profiles !== null && profile === undefined
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  const { runId, profileId, parent } = details

  function act(name: ActionName, code?: ErrorCode) {
    switch (name) {
      case 'resume':
      case 'cutover':
      case 'free':
      case 'audit':
        setAsked(name)
        break
      case 'retry':
      case 'again':
      case 'return':
      case 'undo':
        void prepare(details, name, { code: code ?? null })
        break
      case 'verify':
        go({ name: 'verify', runId })
        break
      case 'validate':
        go({ name: 'validate', runId })
        break
      case 'rollback':
        go({ name: 'undo', runId })
        break
      case 'rest':
        if (parent !== null) go({ name: 'undo', runId: parent })
        break
      case 'plan':
        void makePlan(profileId)
        break
    }
  }

  return {
    act,
    disabled: busy || isGone,
    note: noteOf(isGone, busy, details.profile),
    dialogs: (
      <>
        <ResumeDialog run={details} opened={asked === 'resume'} onClose={close} />
        <CutoverDialog details={details} opened={asked === 'cutover'} onClose={close} />
        {asked === 'audit' && profile && <AuditDialog profile={profile} onClose={close} />}
        {asked === 'free' && (
          <FreeDialog
            details={details}
            onClose={close}
            onChosen={(mode, anyway) => {
              close()
              void prepare(details, mode, { anyway })
            }}
          />
        )}
      </>
    ),
  }
}

function noteOf(isGone: boolean, busy: boolean, profile: string): string | null {
  if (isGone) return texts.result.connectionGone(profile)
  return busy ? texts.result.busy : null
}
