import { Button, Checkbox } from '@mantine/core'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { confirmedByUser, restartWords } from '../../../shared/readurState.ts'
import { CopyButton } from '../../components/copyButton.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { useReadurStates } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './overview.module.css'

/** What to write into Readur's own settings. The user is asked only where nothing tells whether that was done. */
export function SwitchReadur({ profile: { id }, next }: { profile: ProfileSummary; next: boolean }) {
  const state = useReadurStates((states) => states.known[id]?.state ?? null)
  const text = useReadurStates((states) => states.texts[id] ?? null)
  const error = useReadurStates((states) => states.errors[id] ?? null)
  const looking = useReadurStates((states) => states.looking[id] === true)
  const confirm = useReadurStates((states) => states.confirm)
  const reveal = useReadurStates((states) => states.reveal)
  const isTold = state?.at === 'bucket' && state.source === confirmedByUser
  return (
    <div className={classes.switch}>
      {text && (
        <details key={String(next)} open={next} className={classes.how}>
          <summary>{texts.overview.settingsTitle}</summary>
          <div className={classes.lines}>
            <pre>{text.lines}</pre>
            <CopyButton text={text.lines} what={texts.overview.settingsForReadur} />
          </div>
          {text.notes.map((note) => (
            <p key={note} className={classes.safe}>
              {note}
            </p>
          ))}
          <p className={classes.safe}>{texts.overview.settingsMeans(restartWords(state))}</p>
          <Button variant="default" size="compact-sm" onClick={() => void reveal(id)}>
            {texts.overview.showWithSecretKey}
          </Button>
        </details>
      )}
      {error && <ErrorCard error={error} />}
      {(isTold || (state?.at === 'unknown' && state.canConfirm)) && (
        <Checkbox
          size="sm"
          label={texts.overview.readurConfirmed}
          checked={isTold}
          disabled={looking}
          onChange={(event) => void confirm(id, event.currentTarget.checked)}
        />
      )}
    </div>
  )
}
