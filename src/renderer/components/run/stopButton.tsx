import { Button } from '@mantine/core'
import type { StopMode } from '../../../shared/run.ts'
import { useLive } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './run.module.css'

/**
 * Stops a run in two steps: first in order (files in flight are finished, their rows switched), then at once. Both leave
 * everything whole.
 */
export function StopButton({ runId, stopping }: { runId: string; stopping: StopMode | null }) {
  const stop = useLive((state) => state.stop)
  const asked = useLive((state) => state.stopAsked)
  return (
    <>
      {stopping !== null && (
        <span className={classes.hint}>
          {stopping === 'now' ? texts.run.stoppingNow : texts.run.stoppingAfterCurrentUploads}
        </span>
      )}
      <Button
        variant="default"
        disabled={stopping === 'now'}
        loading={asked !== null && asked !== stopping}
        onClick={() => void stop(runId, stopping === null ? 'in order' : 'now')}
      >
        {stopping === null ? texts.run.stop : texts.run.stopNow}
      </Button>
    </>
  )
}

/** Stops a plan at once: it has begun nothing that would have to be finished. `runId` is null until it has a run. */
export function StopPlanButton({ runId, stopping }: { runId: string | null; stopping: StopMode | null }) {
  const stop = useLive((state) => state.stop)
  const asked = useLive((state) => state.stopAsked)
  const ending = asked !== null || stopping !== null
  return (
    <>
      {ending && <span className={classes.hint}>{texts.run.stopping}</span>}
      <Button variant="default" disabled={ending} onClick={() => void stop(runId, 'now')}>
        {texts.run.stop}
      </Button>
    </>
  )
}
