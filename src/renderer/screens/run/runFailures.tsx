import { useEffect, useRef, useState } from 'react'
import type { ProblemGroup } from '../../../shared/run.ts'
import { ProblemExamples } from '../../components/run/problemExamples.tsx'
import { ProblemGroups } from '../../components/run/problemGroups.tsx'
import { Panel } from '../../components/panel.tsx'
import { RetryGroup } from '../../components/run/retryGroup.tsx'
import { useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './run.module.css'

/** Grouping reads the journal: not more often than this, however fast failures come. */
export const readEveryMs = 5_000

/** What has failed so far, by cause. Read again when more has failed. */
export function RunFailures({ runId, failed }: { runId: string; failed: number }) {
  const groups = useFailures(runId, failed)
  if (failed === 0) return <p className={classes.nothing}>{texts.run.noFailures}</p>
  return (
    <Panel title={texts.plan.issuesAndNotes} flush>
      {groups && groups.length > 0 && (
        <ProblemGroups groups={groups} details={(group) => <FailedSoFar group={group} />} />
      )}
      <p className={classes.hint}>{texts.run.failuresMean}</p>
    </Panel>
  )
}

/** The order is shown where it will be, so that nobody looks for it now. */
function FailedSoFar({ group }: { group: ProblemGroup }) {
  return (
    <>
      <RetryGroup title={group.title} disabled note={texts.run.retryAfterRun} />
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
