import { Button } from '@mantine/core'
import type { ProfileSummary } from '../../../shared/profile.ts'
import type { RunSummary } from '../../../shared/run.ts'
import { migrationOf, planOf } from '../../../shared/standing.ts'
import type { CourseStep } from './courseSteps.ts'
import { awaitsCutover } from '../../format/status.ts'
import { useBusy, useNavigation, useReadurStates, useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './overview.module.css'

interface StepActionProps {
  step: CourseStep
  /** It is what comes next: the one primary button of the screen. */
  leads: boolean
  profile: ProfileSummary
  runs: RunSummary[]
}

interface StepButton {
  label: string
  act: () => void
  /** What it is called where that is not told by label and connection. */
  aria?: string
  /** Needs that nothing else is under way. */
  exclusive?: boolean
}

/** The button of a step: prominent where it is next, none where there is nothing to do. */
export function StepAction({ step, leads, profile, runs }: StepActionProps) {
  const busy = useBusy()
  const button = useStepButton(step, profile, runs)
  if (!button) return null
  return (
    <Button
      className={classes.action ?? ''}
      size="sm"
      variant={leads ? 'filled' : 'default'}
      disabled={profile.problem !== null || (button.exclusive === true && busy)}
      aria-label={button.aria ?? `${button.label} (${profile.name})`}
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
  const planned = planOf(runs)
  const moved = migrationOf(runs)
  const plan = (label: string): StepButton => ({
    label,
    aria: texts.shell.makePlanFor(profile.name),
    act: () => void makePlan(profile.id),
    exclusive: true,
  })
  const open = (label: string, run: RunSummary): StepButton => ({
    label,
    act: () => go({ name: 'run', runId: run.runId }),
  })
  switch (step) {
    case 'check':
      return { label: texts.overview.check, act: () => go({ name: 'doctor', profileId: profile.id }) }
    case 'plan':
      return planned ? open(texts.overview.openPlan, planned) : plan(texts.overview.makeAPlan)
    case 'copy':
      if (moved?.status === 'interrupted' && !awaitsCutover(moved)) return open(texts.overview.openRunToResume, moved)
      if (moved && moved.failed > moved.excluded) return open(texts.overview.viewFailures, moved)
      if (planned) return open(texts.overview.openPlan, planned)
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
