import { useEffect, useState } from 'react'
import type { PlanFacets } from '../../../shared/planTable.ts'
import { Panel } from '../../components/panel.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { costAt, formatDollars } from '../../format/cost.ts'
import { formatCount } from '../../format/number.ts'
import { useStores } from '../../stores/context.tsx'
import classes from './beforeStart.module.css'

interface PlanCostProps {
  runId: string
  /** Storage service and bucket. */
  store: string
  bytes: number
}

/** What the bucket will be asked for, and what that may cost where the prices are known. */
export function PlanCost({ runId, store, bytes }: PlanCostProps) {
  const { api } = useStores()
  const [requests, setRequests] = useState<PlanFacets['requests'] | null>(null)
  useEffect(() => {
    let isGone = false
    void api.runs.planFacets(runId).then((reply) => {
      if (!isGone && reply.ok) setRequests(reply.value.requests)
    })
    return () => {
      isGone = true
    }
  }, [api, runId])
  const cost = requests && costAt(store, bytes, requests)
  return (
    <Panel title="Cost">
      <dl className={classes.list}>
        <dt>Requests</dt>
        <dd>
          {requests
            ? `${formatCount(requests.writes, 'upload')} and ${formatCount(requests.reads, 'look-up')}`
            : 'Counting…'}
        </dd>
        <dt>Storage</dt>
        <dd>{formatBytes(bytes)} more in the bucket</dd>
        <dt>Price</dt>
        <dd>
          {cost ? (
            <>
              <strong>{formatDollars(cost.once)}</strong> once, then <strong>{formatDollars(cost.monthly)}</strong> a
              month. {cost.basis}
            </>
          ) : (
            'What this service charges is not known here; with the figures above its price list tells.'
          )}
        </dd>
      </dl>
    </Panel>
  )
}
