import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import type { RunSummary } from '../../../shared/run.ts'
import type { CourseStep, CourseView } from '../../format/course.ts'
import { Panel } from '../../components/panel.tsx'
import classes from './overview.module.css'
import { StepAction } from './stepAction.tsx'
import { SwitchReadur } from './switchReadur.tsx'

const steps: Record<CourseStep, { name: string; safe: string }> = {
  check: {
    name: 'Check',
    safe: 'Reaches server, database, uploads and bucket, one after the other. Changes nothing.',
  },
  plan: {
    name: 'Plan',
    safe: 'Reads every row and looks at every file. Changes nothing; what it shows is exactly what will run.',
  },
  copy: {
    name: 'Copy and verify',
    safe: 'Each copy is compared with its file before anything points at it. Nothing is overwritten or deleted; it can be stopped and resumed. With “Copy now, switch later” nothing changes for Readur yet.',
  },
  switch: {
    name: 'Switch Readur to S3',
    safe: 'Once it uses S3, Readur still opens local documents, except those that the plan lists as local only. A Readur that stores locally can’t open documents on S3.',
  },
  cutover: {
    name: 'Cut over',
    safe: 'Once Readur uses the bucket: switches documents to their verified copies. Takes seconds to minutes, and can be rolled back.',
  },
  validate: {
    name: 'Validate',
    safe: 'Compares files with the record, counts rows, files and objects, and asks Readur for documents. Changes nothing.',
  },
  free: {
    name: 'Free space',
    safe: 'Only when you are sure: each object is read back first, then its local file is put aside, not deleted. It can be put back.',
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
  return (
    <Panel title="The way to S3" aside="Follow these steps in order to avoid downtime" flush>
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
                {state === 'now' && <span className={classes.next}>Next</span>}
              </h3>
              <p className={classes.words}>{words}</p>
              {state !== 'done' && <p className={classes.safe}>{steps[step].safe}</p>}
              {step === 'switch' && <SwitchReadur profile={profile} next={state === 'now'} />}
            </div>
            <StepAction step={step} state={state} profile={profile} runs={runs} />
          </li>
        ))}
      </ol>
    </Panel>
  )
}
