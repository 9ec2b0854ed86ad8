import { useEffect } from 'react'
import type { ProfileSummary } from '../../shared/profile.ts'
import type { RunSummary } from '../../shared/run.ts'
import { standingOf, type Standing } from '../../shared/standing.ts'
import { useConnectionRuns, useCounts, useLive } from './context.tsx'

const none: readonly RunSummary[] = []

/** Where a connection stands, from the latest that any screen has learned. */
export function useStanding({ id, problem }: Pick<ProfileSummary, 'id' | 'problem'>): Standing {
  const load = useConnectionRuns((state) => state.load)
  useEffect(() => void load(id), [load, id])
  const runs = useConnectionRuns((state) => state.lists[id] ?? none)
  const counts = useCounts((state) => state.counts[id] ?? null)
  const unreachable = useCounts((state) => state.errors[id]?.title ?? null)
  const snapshot = useLive((state) => (state.snapshot?.profileId === id ? state.snapshot : null))
  return standingOf({ problem, counts, unreachable, runs, snapshot })
}
