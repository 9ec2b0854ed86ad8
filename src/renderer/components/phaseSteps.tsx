import { IconCheck } from '@tabler/icons-react'
import type { Phase } from '../../shared/run.ts'
import { phaseWord } from '../format/status.ts'
import classes from './phaseSteps.module.css'

/** The way of a run, with the present phase marked. Rolling back is no part of it unless it happens. */
export function PhaseSteps({ phase }: { phase: Phase }) {
  const steps: Phase[] =
    phase === 'rollback' ? ['check', 'plan', 'copy', 'rollback', 'finish'] : ['check', 'plan', 'copy', 'finish']
  const present = steps.indexOf(phase)
  return (
    <ol className={classes.steps} aria-label="Phases">
      {steps.map((step, index) => (
        <li
          key={step}
          className={classes.step}
          data-state={index < present ? 'done' : index === present ? 'present' : 'ahead'}
          aria-current={index === present ? 'step' : undefined}
        >
          <span className={classes.mark} data-tone={index < present ? 'good' : 'neutral'} aria-hidden>
            {index < present ? <IconCheck size={13} stroke={3} /> : index + 1}
          </span>
          {phaseWord(step)}
        </li>
      ))}
    </ol>
  )
}
