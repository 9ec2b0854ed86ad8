import { TextInput } from '@mantine/core'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { texts } from '../../texts/texts.ts'
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
        {texts.support.bundleHolds({
          run: ofRun ? texts.support.thisRun : texts.support.theLatestRun,
          mark: <code>***</code>,
        })}
      </p>
      <p className={classes.quiet}>
        {texts.support.containerLogsHelpMost(profile.server ?? texts.support.thisComputer)}
      </p>
      <div className={classes.fields}>
        <TextInput
          label={texts.support.readurContainer}
          placeholder={texts.support.readurApp}
          value={draft.readur}
          disabled={disabled}
          onChange={(event) => onDraft({ ...draft, readur: event.currentTarget.value })}
        />
        <TextInput
          label={texts.support.postgresqlContainer}
          placeholder={texts.support.readurPostgres}
          value={draft.postgres}
          disabled={disabled}
          onChange={(event) => onDraft({ ...draft, postgres: event.currentTarget.value })}
        />
      </div>
    </>
  )
}
