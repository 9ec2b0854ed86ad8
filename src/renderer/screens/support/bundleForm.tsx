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
        Container logs help most. They are read on {profile.server ?? 'this computer'} through Docker, Podman
        (podman:NAME) or Kubernetes (kubernetes:NAMESPACE/deployment/NAME). Leave a field empty if there is none.
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
