import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { Dialog } from '../dialog.tsx'
import { useBackups, useProfiles } from '../../stores/context.tsx'
import { isBeingMade, keyOf, type BackupSubject } from '../../stores/backups.ts'
import { texts } from '../../texts/texts.ts'
import { BackupForm, type BackupDraft } from './backupForm.tsx'
import { BackupMadeView, BackupRunningView } from './backupViews.tsx'

/** A backup of a connection's database: how it is to be made, how far it is, what has come of it. */
export function BackupDialog() {
  const asked = useBackups((state) => state.asked)
  const profile = useProfiles((state) => state.profiles?.find(({ id }) => id === asked?.profileId))
  return asked && profile ? <OpenDialog key={keyOf(asked)} profile={profile} subject={asked} /> : null
}

function OpenDialog({ profile, subject }: { profile: ProfileSummary; subject: BackupSubject }) {
  const { shows, snapshot, error, last, close, make, cancel, reveal } = useBackups((state) => state)
  const known = last[keyOf(subject)]
  const backup = known?.backup ?? null
  const [draft, setDraft] = useState<BackupDraft | null>(null)
  // As the last time, until something else is chosen.
  const chosen = draft ?? draftOf(backup?.container ?? null)
  const container = chosen.inContainer ? chosen.container.trim() : null
  const frame = { opened: true, size: 560, title: texts.backup.backUpOf(profile.name), onClose: close }
  const mine = shows === 'backup' && snapshot?.profileId === profile.id ? snapshot : null

  if (mine?.state === 'running') {
    return (
      <Dialog
        {...frame}
        closeLabel={texts.backup.continueInBackground}
        action={
          <Button variant="default" onClick={() => void cancel()}>
            {texts.backup.cancelBackup}
          </Button>
        }
      >
        <BackupRunningView snapshot={mine} />
      </Dialog>
    )
  }
  if (mine?.made) {
    return (
      <Dialog
        {...frame}
        closeLabel={texts.backup.close}
        action={<Button onClick={() => void reveal(subject)}>{texts.backup.showInFolder}</Button>}
      >
        <BackupMadeView made={mine.made} />
      </Dialog>
    )
  }
  return (
    <Dialog
      {...frame}
      action={
        <Button disabled={container === '' || isBeingMade(snapshot)} onClick={() => void make(container)}>
          {texts.backup.chooseAFileAndBackUp}
        </Button>
      }
    >
      <BackupForm
        profile={profile}
        last={known === undefined ? undefined : backup}
        draft={chosen}
        onDraft={setDraft}
        error={error ?? mine?.error ?? null}
        cancelled={mine?.state === 'cancelled'}
        elsewhere={isBeingMade(snapshot)}
        onReveal={() => void reveal(subject)}
      />
    </Dialog>
  )
}

const draftOf = (container: string | null): BackupDraft => ({
  inContainer: container !== null,
  container: container ?? '',
})
