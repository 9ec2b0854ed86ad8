import { useEffect, useState } from 'react'
import type { PlanFacets } from '../../../shared/planTable.ts'
import type { StoredAs } from '../../../shared/profile.ts'
import type { VerifyLevel } from '../../../shared/run.ts'
import { Panel } from '../../components/panel.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { costAt, formatDollars, isReadBack } from '../../format/cost.ts'
import { formatCount } from '../../format/number.ts'
import { useStores } from '../../stores/context.tsx'
import classes from './beforeStart.module.css'

interface PlanCostProps {
  runId: string
  /** Storage service and bucket. */
  store: string
  bytes: number
  storedAs: StoredAs | null
  verify: VerifyLevel
}

/** What the bucket will be asked for, and what that may cost where the prices are known. */
export function PlanCost({ runId, store, bytes, storedAs, verify }: PlanCostProps) {
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
  const cost = requests && costAt(store, bytes, requests, { storedAs, verify })
  return (
    <Panel title="Cost">
      <dl className={classes.list}>
        <dt>Requests</dt>
        <dd>{requests ? requestWords(requests, isReadBack(storedAs, verify)) : 'Counting…'}</dd>
        <dt>Storage</dt>
        <dd>{formatBytes(bytes)} more in the bucket</dd>
        <dt>Price</dt>
        <dd>
          {cost ? (
            <>
              <strong>{formatDollars(cost.once)}</strong> once, then <strong>{formatDollars(cost.monthly)}</strong> a
              month. {cost.transfer > 0 && <Transfer dollars={cost.transfer} />}
              {cost.basis}
            </>
          ) : (
            'What this service charges is not known here; with the figures above its price list tells.'
          )}
        </dd>
      </dl>
    </Panel>
  )
}

function requestWords({ files, writes, reads }: PlanFacets['requests'], isReadBack: boolean): string {
  const [uploads, lookUps] = [formatCount(writes, 'upload'), formatCount(reads, 'look-up')]
  if (!isReadBack) return `${uploads} and ${lookUps}`
  return `${uploads}, ${lookUps} and ${formatCount(files, 'download')} to verify the copies`
}

function Transfer({ dollars }: { dollars: number }) {
  return (
    <>
      Downloading the copies to verify them costs <strong>{formatDollars(dollars)}</strong> more, unless this computer
      is in the same AWS region.{' '}
    </>
  )
}
