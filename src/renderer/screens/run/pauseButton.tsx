import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import type { RunSnapshot } from '../../../shared/run.ts'
import { useLive } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'

/** Holds a run up, and lets it go on. */
export function PauseButton({
  runId,
  pause,
  pace,
  stopping,
}: Pick<RunSnapshot, 'runId' | 'pause' | 'pace' | 'stopping'>) {
  const change = useLive((state) => state.pause)
  if (stopping !== null) return null
  const isPaused = pause !== null
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause
  return (
    <Button
      variant={isPaused ? 'filled' : 'default'}
      leftSection={<Icon size={16} aria-hidden />}
      disabled={pace === null}
      onClick={() => void change(runId, !isPaused)}
    >
      {isPaused ? texts.run.resume : texts.run.pause}
    </Button>
  )
}
