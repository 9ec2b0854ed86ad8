import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import type { RunSummary } from '../../../shared/run.ts'
import type { CourseStep, CourseView } from './courseSteps.ts'
import { Panel } from '../../components/panel.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './overview.module.css'
import { StepAction } from './stepAction.tsx'
import { SwitchReadur } from './switchReadur.tsx'

const steps: Record<CourseStep, { name: string; safe: string }> = {
  check: {
    name: texts.overview.check,
    safe: texts.overview.checkMeans,
  },
  plan: {
    name: texts.overview.plan,
    safe: texts.overview.planMeans,
  },
  copy: {
    name: texts.overview.copyAndVerify,
    safe: texts.overview.copyMeans,
  },
  switch: {
    name: texts.overview.switchReadurToS3,
    safe: texts.overview.switchReadurMeans,
  },
  cutover: {
    name: texts.overview.switchDocumentsToS3,
    safe: texts.overview.switchDocumentsMeans,
  },
  validate: {
    name: texts.overview.validate,
    safe: texts.overview.validateMeans,
  },
  free: {
    name: texts.overview.freeUpSpace,
    safe: texts.overview.freeMeans,
  },
}

interface CourseProps {
  profile: ProfileSummary
  /** Newest first. */
  runs: RunSummary[]
  course: CourseView[]
}

/** The way from a first look to free space: where one is, what comes next and why that is safe. Nothing forces the order. */
export function Course({ profile, runs, course }: CourseProps) {
  const next = course.find(({ state }) => state === 'now') ?? course.find(({ state }) => state === 'trouble')
  return (
    <Panel title={texts.overview.theWayToS3} aside={texts.overview.stepsInOrder} flush>
      <ol className={classes.course}>
        {course.map(({ step, state, words }, index) => (
          <li
            key={step}
            className={classes.step}
            data-state={state}
            aria-current={state === 'now' ? 'step' : undefined}
            aria-label={`${index + 1}. ${steps[step].name}: ${words}`}
          >
            <span className={classes.mark} aria-hidden>
              {state === 'done' && <IconCheck size={15} stroke={3} />}
              {state === 'trouble' && <IconAlertTriangle size={15} />}
              {(state === 'now' || state === 'open') && index + 1}
            </span>
            <div className={classes.what}>
              <h3 className={classes.name}>
                {steps[step].name}
                {state === 'now' && <span className={classes.next}>{texts.overview.next}</span>}
              </h3>
              <p className={classes.words}>{words}</p>
              {state !== 'done' && <p className={classes.safe}>{steps[step].safe}</p>}
              {step === 'switch' && <SwitchReadur profile={profile} next={state === 'now'} />}
            </div>
            <StepAction step={step} state={state} leads={step === next?.step} profile={profile} runs={runs} />
          </li>
        ))}
      </ol>
    </Panel>
  )
}
