import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Diagnostic, RemedyAction } from '../../../shared/diagnostic.ts'
import { CommandBlock } from '../../components/commandBlock.tsx'
import { Confirm } from '../../components/confirm.tsx'
import { CopyButton } from '../../components/copyButton.tsx'
import { errorText } from '../../format/report.ts'
import { useDoctor } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './doctor.module.css'

/** What stands behind a finding, what to do about it, and what the program can do itself. */
export function Finding({ diagnostic }: { diagnostic: Diagnostic }) {
  const { area, subject, finding, evidence, remedy, error } = diagnostic
  const perform = useDoctor((state) => state.perform)
  const running = useDoctor((state) => state.running)
  const [asked, setAsked] = useState<RemedyAction | null>(null)
  return (
    <div className={classes.finding}>
      <p className={classes.subject}>{subject}</p>
      {error && error.message !== finding && <p>{error.message}</p>}
      {evidence.length > 0 && (
        <ul className={classes.evidence} aria-label={texts.doctor.evidence}>
          {evidence.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {remedy && <p className={classes.remedy}>{remedy.words}</p>}
      {remedy?.commands.map(({ where, text }) => (
        <CommandBlock
          key={text}
          text={text}
          where={texts.doctor.onPlace(where)}
          what={texts.doctor.commandFor(where)}
        />
      ))}
      <div className={classes.buttons}>
        {remedy?.actions.map((action) => (
          <Button key={action.id} size="compact-sm" variant="light" disabled={running} onClick={() => setAsked(action)}>
            {action.label}…
          </Button>
        ))}
        {error && <CopyButton text={errorText(error)} what={texts.doctor.error} />}
        {error && <code className={classes.code}>{error.code}</code>}
      </div>
      <Confirm
        opened={asked !== null}
        title={`${asked?.label ?? ''}?`}
        facts={[asked?.consequence ?? '']}
        action={asked?.label ?? ''}
        onClose={() => setAsked(null)}
        onConfirm={() => {
          setAsked(null)
          if (asked) void perform(asked.id, area)
        }}
      />
    </div>
  )
}
