import { useEffect, useRef, useState } from 'react'
import type { ProblemGroup } from '../../../shared/run.ts'
import { ProblemExamples } from '../../components/problemExamples.tsx'
import { ProblemGroups } from '../../components/problemGroups.tsx'
import { RetryGroup } from '../../components/retryGroup.tsx'
import { useStores } from '../../stores/context.tsx'
import classes from './runActivity.module.css'

/** Grouping reads the journal: not more often than this, however fast failures come. */
export const readEveryMs = 5_000

/** What has failed so far, by cause. Read again when more has failed. */
export function RunFailures({ runId, failed }: { runId: string; failed: number }) {
  const groups = useFailures(runId, failed)
  if (failed === 0) return <p className={classes.nothing}>Nothing has failed so far.</p>
  return (
    <>
      {groups && groups.length > 0 && (
        <ProblemGroups groups={groups} details={(group) => <FailedSoFar group={group} />} />
      )}
      <p className={classes.hint}>What failed is left as it is. Once the run has ended, it can be tried again.</p>
    </>
  )
}

/** The order is shown where it will be, so that nobody looks for it now. */
function FailedSoFar({ group }: { group: ProblemGroup }) {
  return (
    <>
      <RetryGroup title={group.title} disabled note="Not while the run goes on: more may fail for this cause." />
      <ProblemExamples group={group} />
    </>
  )
}

function useFailures(runId: string, failed: number): ProblemGroup[] | null {
  const { api } = useStores()
  const [groups, setGroups] = useState<ProblemGroup[] | null>(null)
  const readAt = useRef(-Infinity)
  useEffect(() => {
    let isGone = false
    const wait = Math.max(0, readAt.current + readEveryMs - Date.now())
    const timer = setTimeout(() => {
      readAt.current = Date.now()
      void api.runs.problems(runId).then((reply) => {
        if (!isGone && reply.ok) setGroups(reply.value.filter(({ kind }) => kind === 'failed'))
      })
    }, wait)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [api, runId, failed])
  return groups
}
