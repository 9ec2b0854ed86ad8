import { TextInput } from '@mantine/core'
import type { ProfileSummary } from '../../../shared/profile.ts'
import classes from './support.module.css'

interface BundleDraft {
  readur: string
  postgres: string
}

interface BundleFormProps {
  profile: ProfileSummary
  /** It is about a run that somebody looks at. */
  ofRun: boolean
  draft: BundleDraft
  disabled: boolean
  onDraft: (draft: BundleDraft) => void
}

/** What a bundle holds, and what can be added to it. */
export function BundleForm({ profile, ofRun, draft, disabled, onDraft }: BundleFormProps) {
  return (
    <>
      <p>
        Everything that somebody who helps will ask for: the checks, {ofRun ? 'this run' : 'the latest run'} with its
        errors and journal, settings, versions, and the checklist of Readur’s guide, filled in. Every known secret is
        replaced by <code>***</code>. You see it all before a file is written.
      </p>
      <p className={classes.quiet}>
        Logs of containers help most. They are read through Docker on {profile.server ?? 'this computer'}; leave empty
        what there is not.
      </p>
      <div className={classes.fields}>
        <TextInput
          label="Readur’s container"
          placeholder="readur-app"
          value={draft.readur}
          disabled={disabled}
          onChange={(event) => onDraft({ ...draft, readur: event.currentTarget.value })}
        />
        <TextInput
          label="PostgreSQL’s container"
          placeholder="readur-postgres"
          value={draft.postgres}
          disabled={disabled}
          onChange={(event) => onDraft({ ...draft, postgres: event.currentTarget.value })}
        />
      </div>
    </>
  )
}
