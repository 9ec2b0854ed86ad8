import { Button, TextInput } from '@mantine/core'
import type { KnownBackup } from '../../../shared/backup.ts'
import type { ErrorData } from '../../../shared/errors.ts'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { Choice } from '../../components/choice.tsx'
import { CommandBlock } from '../../components/commandBlock.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Notice } from '../../components/notice.tsx'
import { lastBackupWords } from '../../format/backup.ts'
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
  const place = profile.server ?? 'this computer'
  return (
    <div className={classes.body}>
      {error && <ErrorCard error={error} />}
      {cancelled && <Notice tone="neutral" title="The backup was cancelled. Nothing is left of it." />}
      {elsewhere && <Notice tone="active" title="The database of another connection is being backed up." />}
      <p>
        All of the database goes into one file of this computer that only you may read. Readur can go on meanwhile. The
        uploads folder is not in it.
      </p>
      <Choice
        label="What makes it"
        value={draft.inContainer ? 'container' : 'place'}
        onChange={(value) => onDraft({ ...draft, inContainer: value === 'container' })}
        options={[
          {
            value: 'place',
            label: `pg_dump on ${place}`,
            detail: 'It must be installed there, and be no older than the server.',
          },
          {
            value: 'container',
            label: 'pg_dump in the database’s container',
            detail: `Always the right version. Called through Docker, Podman or kubectl on ${place}.`,
          },
        ]}
      />
      {draft.inContainer && (
        <TextInput
          label="Name of the container"
          description="The name docker ps shows. For Podman podman:NAME, for Kubernetes kubernetes:NAMESPACE/deployment/NAME."
          placeholder="readur-postgres"
          value={draft.container}
          onChange={(event) => onDraft({ ...draft, container: event.currentTarget.value })}
        />
      )}
      {last !== undefined && <p className={classes.quiet}>{lastBackupWords(last)}</p>}
      {last?.isThere === true && (
        <>
          <CommandBlock text={last.restore} where={`Puts ${last.path} back`} what="the command that puts it back" />
          <div>
            <Button size="compact-sm" variant="default" onClick={onReveal}>
              Show the last one in its folder
            </Button>
          </div>
        </>
      )}
    </div>
  )
}
