import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Diagnostic, RemedyAction } from '../../../shared/diagnostic.ts'
import { fieldOfCheck } from '../../connection/fieldOfCheck.ts'
import type { FieldName } from '../../connection/validation.ts'
import { CommandBlock } from '../commandBlock.tsx'
import { Confirm } from '../confirm.tsx'
import { CopyButton } from '../copyButton.tsx'
import { errorText } from '../../format/report.ts'
import { useDoctor } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './check.module.css'

interface FindingProps {
  diagnostic: Diagnostic
  /** Leads to a field; null where that is offered already. */
  onField: ((field: FieldName) => void) | null
}

/** What to do about a finding, what the program can do itself, and behind details what was seen. */
export function Finding({ diagnostic, onField }: FindingProps) {
  const { area, remedy } = diagnostic
  const perform = useDoctor((state) => state.perform)
  const running = useDoctor((state) => state.running)
  const [asked, setAsked] = useState<RemedyAction | null>(null)
  const field = fieldOfCheck(diagnostic)
  return (
    <div className={classes.finding}>
      {remedy && <p>{remedy.words}</p>}
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
        {field && onField && (
          <Button size="compact-sm" variant="subtle" onClick={() => onField(field)}>
            {texts.doctor.goToField}
          </Button>
        )}
      </div>
      <Details diagnostic={diagnostic} />
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

/** Where it was seen, and in whose words. */
function Details({ diagnostic: { subject, finding, evidence, error } }: { diagnostic: Diagnostic }) {
  const message = error && error.message !== finding ? [error.message] : []
  const causes = (error?.causes ?? []).filter((cause) => cause !== error?.message)
  return (
    <details className={classes.details}>
      <summary>{texts.doctor.technicalDetails}</summary>
      <ul aria-label={texts.doctor.evidence}>
        {[...new Set([subject, ...message, ...evidence, ...causes])].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {error && (
        <div className={classes.buttons}>
          <code>{error.code}</code>
          <CopyButton text={errorText(error)} what={texts.doctor.error} />
        </div>
      )}
    </details>
  )
}
