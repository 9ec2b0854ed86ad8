import type { PlanFacets } from '../../../shared/planTable.ts'
import type { StoredAs } from '../../../shared/profile.ts'
import type { VerifyLevel } from '../../../shared/run.ts'
import { Panel } from '../../components/panel.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { costAt, formatDollars, isReadBack } from './cost.ts'
import { useRead } from '../../stores/useRead.ts'
import { texts } from '../../texts/texts.ts'
import classes from './planSummary.module.css'

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
  const requests = useRead(runId, (api, run) => api.runs.planFacets(run)).value?.requests ?? null
  const cost = requests && costAt(store, bytes, requests, { storedAs, verify })
  return (
    <Panel title={texts.plan.cost}>
      <dl className={classes.list}>
        <dt>{texts.plan.requests}</dt>
        <dd>{requests ? requestWords(requests, isReadBack(storedAs, verify)) : texts.plan.counting}</dd>
        <dt>{texts.plan.storage}</dt>
        <dd>{texts.plan.moreInBucket(formatBytes(bytes))}</dd>
        <dt>{texts.plan.price}</dt>
        <dd>
          {cost ? (
            <>
              {texts.plan.onceAndMonthly({
                once: <strong>{formatDollars(cost.once)}</strong>,
                monthly: <strong>{formatDollars(cost.monthly)}</strong>,
              })}{' '}
              {cost.transfer > 0 && <Transfer dollars={cost.transfer} />}
              {cost.basis}
            </>
          ) : (
            texts.plan.noPrices
          )}
        </dd>
      </dl>
    </Panel>
  )
}

function requestWords({ files, writes, reads }: PlanFacets['requests'], isReadBack: boolean): string {
  const [uploads, lookUps] = [texts.nouns.upload(writes), texts.nouns.lookUp(reads)]
  if (!isReadBack) return texts.plan.requestCounts({ uploads, lookUps })
  return texts.plan.requestsWithDownloads({ uploads, lookUps, files })
}

function Transfer({ dollars }: { dollars: number }) {
  return <>{texts.plan.downloadCost(<strong>{formatDollars(dollars)}</strong>)}</>
}
