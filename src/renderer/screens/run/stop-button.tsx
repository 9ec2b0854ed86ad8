import { Button } from '@mantine/core'
import type { StopMode } from '../../../shared/ipc.ts'
import { useLive } from '../../stores/context.tsx'
import classes from './stop-button.module.css'

/**
 * Stops a run in two steps: first in order (files in flight are finished, their rows switched), then at once. Both leave
 * everything whole.
 */
export function StopButton({ runId, stopping }: { runId: string; stopping: StopMode | null }) {
  const stop = useLive((state) => state.stop)
  const pending = useLive((state) => state.pending)
  return (
    <>
      {stopping !== null && (
        <span className={classes.hint}>
          {stopping === 'now' ? 'Stopping now…' : 'Stopping: files in flight are finished first…'}
        </span>
      )}
      <Button
        variant="default"
        disabled={stopping === 'now'}
        loading={pending === 'stop'}
        onClick={() => void stop(runId, stopping === null ? 'in order' : 'now')}
      >
        {stopping === null ? 'Stop' : 'Stop now'}
      </Button>
    </>
  )
}
