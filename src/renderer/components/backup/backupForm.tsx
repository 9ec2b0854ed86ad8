import { Button, TextInput } from '@mantine/core'
import type { KnownBackup } from '../../../shared/backup.ts'
import type { ErrorData } from '../../../shared/errors.ts'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { Choice } from '../choice.tsx'
import { CommandBlock } from '../commandBlock.tsx'
import { ErrorCard } from '../errorCard.tsx'
import { Notice } from '../notice.tsx'
import { lastBackupWords } from './backupWords.ts'
import { texts } from '../../texts/texts.ts'
import classes from './backup.module.css'

/** Where pg_dump is to run. */
export interface BackupDraft {
  inContainer: boolean
  container: string
}

interface BackupFormProps {
  profile: ProfileSummary
  /** Undefined: not known yet. */
  last: KnownBackup | null | undefined
  draft: BackupDraft
  onDraft: (draft: BackupDraft) => void
  /** Why the latest one has failed. */
  error: ErrorData | null
  cancelled: boolean
  /** One of another connection is being made. */
  elsewhere: boolean
  onReveal: () => void
}

/** How a backup is to be made, and the one that there is. */
export function BackupForm(props: BackupFormProps) {
  const { profile, last, draft, onDraft, error, cancelled, elsewhere, onReveal } = props
  const place = profile.server ?? texts.backup.thisComputer
  return (
    <div className={classes.body}>
      {error && <ErrorCard error={error} />}
      {cancelled && <Notice tone="neutral" title={texts.backup.backupCancelled} />}
      {elsewhere && <Notice tone="active" title={texts.backup.busyElsewhere} />}
      <p>{texts.backup.intro}</p>
      <Choice
        label={texts.backup.backupMethod}
        value={draft.inContainer ? 'container' : 'place'}
        onChange={(value) => onDraft({ ...draft, inContainer: value === 'container' })}
        options={[
          {
            value: 'place',
            label: texts.backup.ownTool(place),
            detail: texts.backup.ownToolMeans,
          },
          {
            value: 'container',
            label: texts.backup.containerTool,
            detail: texts.backup.containerToolMeans(place),
          },
        ]}
      />
      {draft.inContainer && (
        <TextInput
          label={texts.backup.containerName}
          description={texts.backup.containerHint}
          placeholder={texts.backup.readurPostgres}
          value={draft.container}
          onChange={(event) => onDraft({ ...draft, container: event.currentTarget.value })}
        />
      )}
      {last !== undefined && <p className={classes.quiet}>{lastBackupWords(last)}</p>}
      {last?.isThere === true && (
        <>
          <CommandBlock
            text={last.restore}
            where={texts.backup.restores(last.path)}
            what={texts.backup.restoreCommand}
          />
          <div>
            <Button size="compact-sm" variant="default" onClick={onReveal}>
              {texts.backup.showLastBackupInFolder}
            </Button>
          </div>
        </>
      )}
    </div>
  )
}
