import { IconCheck } from '@tabler/icons-react'
import type { RunSnapshot } from '../../../shared/run.ts'
import { presentStep, stepsOf } from './progress.ts'
import { phaseWord } from '../../format/status.ts'
import { texts } from '../../texts/texts.ts'
import classes from './phaseSteps.module.css'

/** The way of a run, or of whatever is done with it, with the present phase marked. */
export function PhaseSteps(way: Pick<RunSnapshot, 'kind' | 'activity' | 'phase'>) {
  const steps = stepsOf(way)
  const present = presentStep(way)
  return (
    <ol className={classes.steps} aria-label={texts.components.phases}>
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
