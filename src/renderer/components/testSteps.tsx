import { IconCheck, IconCircle, IconCircleMinus, IconLoader2, IconX } from '@tabler/icons-react'
import type { TestStep } from '../../shared/connectionTest.ts'
import {
  formatMilliseconds,
  groupsOf,
  partWords,
  stateWords,
  stepTones,
  stepWord,
  type StepGroup,
} from '../format/connectionTest.ts'
import { errorText } from '../format/report.ts'
import { CopyButton } from './copyButton.tsx'
import classes from './testSteps.module.css'

/** The steps of a test as they go, by what they reach; one that failed says why and what to do. */
export function TestSteps({ steps }: { steps: readonly TestStep[] }) {
  return (
    <ol className={classes.groups} aria-label="Steps of the test">
      {groupsOf(steps).map((group) => (
        <Group key={`${group.part} ${group.subject}`} group={group} />
      ))}
    </ol>
  )
}

function Group({ group: { part, subject, steps } }: { group: StepGroup }) {
  return (
    <li>
      <p className={classes.subject}>
        <span className={classes.part}>{partWords[part]}</span>
        <span className={classes.name} title={subject}>
          {subject}
        </span>
      </p>
      <ol className={classes.steps} aria-label={`${partWords[part]} ${subject}`}>
        {steps.map((step) => (
          <Step key={step.kind} step={step} />
        ))}
      </ol>
    </li>
  )
}

const icons = {
  waiting: IconCircle,
  begun: IconLoader2,
  done: IconCheck,
  failed: IconX,
  skipped: IconCircleMinus,
} satisfies Record<TestStep['state'], typeof IconCheck>

/** What has room in one line of the narrowest place. */
const lineLength = 30

function Step({ step }: { step: TestStep }) {
  const { kind, state, detail, milliseconds, error } = step
  const Icon = icons[state]
  const isShort = detail === null || stepWord(kind).length + detail.length <= lineLength
  return (
    <li className={classes.step} data-state={state}>
      <span className={classes.line}>
        <Icon
          size={16}
          stroke={2.25}
          className={classes.icon}
          data-tone={stepTones[state]}
          role="img"
          aria-label={stateWords[state]}
        />
        <span>{stepWord(kind)}</span>
        <span className={classes.beside}>{isShort && detail}</span>
        {milliseconds !== null && milliseconds > 0 && (
          <span className={classes.time}>{formatMilliseconds(milliseconds)}</span>
        )}
      </span>
      {!isShort && <span className={classes.below}>{detail}</span>}
      {error && (
        <div className={classes.error} data-tone="bad">
          <p className={classes.errorTitle}>{error.title}</p>
          <p>{error.message}</p>
          {error.causes.map((cause) => (
            <p key={cause}>{cause}</p>
          ))}
          <p className={classes.remedy}>{error.remedy}</p>
          <div className={classes.foot}>
            <CopyButton text={errorText(error)} what="error" />
            <code className={classes.code}>{error.code}</code>
          </div>
        </div>
      )}
    </li>
  )
}
