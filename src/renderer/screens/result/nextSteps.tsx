import { UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useId } from 'react'
import { Panel } from '../../components/panel.tsx'
import { texts } from '../../texts/texts.ts'
import type { Action, ActionName } from './actions.ts'
import classes from './nextSteps.module.css'
import { otherActions } from './primaryAction.tsx'

interface NextStepsProps {
  actions: Action[]
  disabled: boolean
  /** Why they are disabled. */
  note: string | null
  onAct: (name: ActionName) => void
}

/** What can be done with the run, each with what it does. */
export function NextSteps({ actions, disabled, note, onAct }: NextStepsProps) {
  const others = otherActions(actions)
  if (others.length === 0 && note === null) return null
  return (
    <Panel title={texts.result.nextSteps} flush>
      {note !== null && <p className={classes.note}>{note}</p>}
      <ul className={classes.steps}>
        {others.map((action) => (
          <Step key={action.name} action={action} disabled={disabled} onAct={onAct} />
        ))}
      </ul>
    </Panel>
  )
}

function Step({ action, disabled, onAct }: { action: Action } & Pick<NextStepsProps, 'disabled' | 'onAct'>) {
  const { name, label, means } = action
  const id = useId()
  return (
    <li>
      <UnstyledButton
        className={classes.step}
        disabled={disabled}
        aria-label={label}
        aria-describedby={id}
        onClick={() => onAct(name)}
      >
        <span className={classes.text}>
          <span className={classes.label}>{label}</span>
          <span id={id} className={classes.means}>
            {means}
          </span>
        </span>
        <IconChevronRight size={16} aria-hidden className={classes.chevron} />
      </UnstyledButton>
    </li>
  )
}
