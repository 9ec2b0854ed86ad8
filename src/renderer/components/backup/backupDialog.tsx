import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { Dialog } from '../dialog.tsx'
import { useBackups, useProfiles } from '../../stores/context.tsx'
import { type BackupSubject, isBeingMade, keyOf } from '../../stores/backups.ts'
import { texts } from '../../texts/texts.ts'
import { type BackupDraft, BackupForm } from './backupForm.tsx'
import type { BackupMade, BackupSnapshot } from '../../../shared/backup.ts'
import { CommandBlock } from '../commandBlock.tsx'
import { Notice } from '../notice.tsx'
import { ProgressBar } from '../progressBar.tsx'
import { backupProgress, backupSize } from './backupWords.ts'
import classes from './backup.module.css'

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
          {texts.backup.start}
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

/** A backup that is being made. */
function BackupRunningView({ snapshot }: { snapshot: BackupSnapshot }) {
  const words = backupProgress(snapshot)
  return (
    <div className={classes.body}>
      <ProgressBar label={texts.backup.backup} share={null} valueText={words} />
      <p>{words}</p>
      <p className={classes.quiet}>{texts.backup.to(<code>{snapshot.path}</code>)}</p>
    </div>
  )
}

/** A backup that was made: where it lies, how large it is, and how it is put back. */
function BackupMadeView({ made }: { made: BackupMade }) {
  const { database, path, restore, container } = made
  return (
    <div className={classes.body}>
      <Notice tone="good" title={texts.backup.databaseBackedUp} />
      <dl className={classes.facts}>
        <dt>{texts.backup.database}</dt>
        <dd>{database}</dd>
        <dt>{texts.backup.file}</dt>
        <dd>
          <code>{path}</code>
        </dd>
        <dt>{texts.backup.size}</dt>
        <dd>{backupSize(made)}</dd>
      </dl>
      <CommandBlock
        text={restore}
        where={container === null ? texts.backup.restoresIt : texts.backup.restoresItThroughTheContainer}
        what={texts.backup.restoreCommand}
      />
      <p className={classes.quiet}>{texts.backup.restoreHint}</p>
    </div>
  )
}
