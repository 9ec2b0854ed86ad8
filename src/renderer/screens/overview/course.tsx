import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { nextOf, type CourseStep, type CourseView } from './courseSteps.ts'
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
  const next = nextOf(course)
  return (
    <Panel title={texts.overview.theWayToS3} aside={texts.overview.stepsInOrder} flush>
      <ol className={classes.course}>
        {course.map(({ step, state, words }, index) => {
          const isNext = step === next?.step
          return (
            <li
              key={step}
              className={classes.step}
              data-state={state}
              aria-current={isNext ? 'step' : undefined}
              aria-label={`${index + 1}. ${steps[step].name}: ${words}`}
            >
              <span className={classes.mark} aria-hidden>
                {state === 'done' && <IconCheck size={15} stroke={3} />}
                {state === 'trouble' && <IconAlertTriangle size={15} />}
                {(state === 'now' || state === 'open') && index + 1}
              </span>
              {/* The key changes with the next step, so that its details open. */}
              <details key={String(isNext)} open={isNext} className={classes.what}>
                <summary className={classes.summary}>
                  <span className={classes.name}>{steps[step].name}</span>
                  <span className={classes.words}>{words}</span>
                  {isNext && <span className={classes.next}>{texts.overview.next}</span>}
                </summary>
                <p className={classes.safe}>{steps[step].safe}</p>
                {step === 'switch' && <SwitchReadur profile={profile} next={isNext} />}
                {!(isNext || step === 'plan') && <StepAction step={step} leads={false} profile={profile} runs={runs} />}
              </details>
            </li>
          )
        })}
      </ol>
    </Panel>
  )
}
