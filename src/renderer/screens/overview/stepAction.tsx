import { Button } from '@mantine/core'
import type { ProfileSummary } from '../../../shared/profile.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { migrationOf, type CourseStep, type StepState } from './courseSteps.ts'
import { awaitsCutover } from '../../format/status.ts'
import { useBusy, useNavigation, useReadurStates, useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './overview.module.css'

interface StepActionProps {
  step: CourseStep
  state: StepState
  /** It is what comes next on the whole screen. */
  leads: boolean
  profile: ProfileSummary
  runs: RunSummary[]
}

interface StepButton {
  label: string
  act: () => void
  /** Needs that nothing else is under way. */
  exclusive?: boolean
}

/** The button of a step: prominent where it is next, quiet where it was done, none where there is nothing to do. */
export function StepAction({ step, state, leads, profile, runs }: StepActionProps) {
  const busy = useBusy()
  const button = useStepButton(step, profile, runs)
  if (!button) return null
  return (
    <Button
      className={classes.action ?? ''}
      size="sm"
      variant={leads ? 'filled' : state === 'trouble' ? 'light' : 'default'}
      disabled={profile.problem !== null || (button.exclusive === true && busy)}
      aria-label={`${button.label} (${profile.name})`}
      onClick={button.act}
    >
      {button.label}
    </Button>
  )
}

function useStepButton(step: CourseStep, profile: ProfileSummary, runs: RunSummary[]): StepButton | null {
  const { makePlan } = useStores()
  const go = useNavigation((state) => state.go)
  const look = useReadurStates((state) => state.look)
  const looking = useReadurStates((state) => state.looking[profile.id] === true)
  const planned = runs.find(({ kind, status }) => kind === 'migrate' && status === 'planned')
  const moved = migrationOf(runs)
  const plan = (label: string): StepButton => ({ label, act: () => void makePlan(profile.id), exclusive: true })
  const open = (label: string, run: RunSummary): StepButton => ({
    label,
    act: () => go({ name: 'run', runId: run.runId }),
  })
  switch (step) {
    case 'check':
      return { label: texts.overview.check, act: () => go({ name: 'doctor', profileId: profile.id }) }
    case 'plan':
      return planned
        ? open(texts.overview.openPlan, planned)
        : plan(moved ? texts.overview.planAgain : texts.overview.makeAPlan)
    case 'copy':
      if (moved?.status === 'interrupted' && !awaitsCutover(moved)) return open(texts.overview.openRunToResume, moved)
      if (moved && moved.failed > 0) return open(texts.overview.viewFailures, moved)
      return moved ? open(texts.overview.openRun, moved) : null
    case 'switch':
      return { label: looking ? texts.overview.checking : texts.overview.checkReadur, act: () => void look(profile.id) }
    case 'cutover':
      return moved && moved.copied > 0 ? open(texts.overview.openRunToSwitch, moved) : null
    case 'validate':
      return moved && { label: texts.overview.validate, act: () => go({ name: 'validate', runId: moved.runId }) }
    case 'free':
      return moved && moved.committed > 0 ? open(texts.overview.openRunToFreeUpSpace, moved) : null
  }
}
