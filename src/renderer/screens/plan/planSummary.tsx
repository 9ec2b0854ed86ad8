import { errorCatalogue } from '../../../shared/errors.ts'
import type { PlanFilter } from '../../../shared/planTable.ts'
import type { ReadurState } from '../../../shared/readurState.ts'
import { estimateRun } from '../../../shared/estimate.ts'
import type { Estimate, MigrateOptions, PlanOptions, ProblemGroup } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { Panel } from '../../components/panel.tsx'
import { GroupFiles } from '../../components/run/groupFiles.tsx'
import { texts } from '../../texts/texts.ts'
import { BeforeStart } from './beforeStart.tsx'
import type { OptionErrors, OptionsDraft } from '../../components/options/options.ts'
import { OptionsForm } from '../../components/options/optionsForm.tsx'
import { isReadBack } from './cost.ts'
import { PlanCost } from './planCost.tsx'
import { PlanTotals } from './planTotals.tsx'
import tabs from '../../components/tabs.module.css'
import classes from './planSummary.module.css'
import { Loading } from '../../components/loading.tsx'
import { ProblemGroups } from '../../components/run/problemGroups.tsx'

/** What of another run a plan is about. */
function scopeOf({ state, code, canSucceed }: NonNullable<PlanOptions['of']>): string {
  if (state === 'restored') return texts.plan.scopeRolledBack
  if (canSucceed) return texts.plan.scopeCanSucceed
  if (code === undefined) return texts.plan.scopeFailed
  return texts.plan.scopeFailedFor(errorCatalogue[code].title)
}

interface PlanSummaryProps {
  details: RunDetails
  draft: OptionsDraft
  /** The draft, where it can be used. */
  options: MigrateOptions | null
  /** Where Readur stores; null where that is not known yet. */
  readur: ReadurState | null
  errors: OptionErrors
  onDraft: (draft: OptionsDraft) => void
}

/** What a plan comes to, how long it takes and what it may cost, and how it is to be carried out. */
export function PlanSummary({ details, draft, options, readur, errors, onDraft }: PlanSummaryProps) {
  const { totals, planOptions } = details
  const canStart = totals !== null && totals.move > 0
  return (
    <div className={tabs.stack}>
      {planOptions.of && <p className={classes.scope}>{scopeOf(planOptions.of)}</p>}
      {totals && <PlanTotals totals={totals} estimate={estimateFor(details, options)} />}
      {!canStart && <p className={classes.scope}>{texts.plan.nothingToMove}</p>}
      <div className={canStart ? classes.columns : undefined}>
        <div className={classes.main}>
          {canStart && <BeforeStart details={details} copyOnly={draft.copyOnly} readur={readur} />}
          {canStart && (
            <PlanCost
              runId={details.runId}
              store={details.store}
              bytes={totals.bytes}
              storedAs={details.storedAs}
              verify={draft.verify}
            />
          )}
        </div>
        {canStart && (
          <Panel title={texts.plan.options}>
            <OptionsForm draft={draft} errors={errors} onChange={onDraft} />
          </Panel>
        )}
      </div>
    </div>
  )
}

/** How long the plan takes with these options; as it was estimated, where they cannot be used. */
function estimateFor({ totals, estimate, storedAs }: RunDetails, options: MigrateOptions | null): Estimate | null {
  if (!totals || !estimate || !options) return estimate
  const readsBack = isReadBack(storedAs, options.verify)
  const now = estimateRun(totals, { ...options, readsBack }, estimate.rates ?? null)
  // An older record does not say what its figure rests on: the limit at least is known.
  const isUnknown = estimate.basis === 'last run' && estimate.rates === undefined
  return isUnknown ? { ...estimate, seconds: Math.max(estimate.seconds, limitedSeconds(totals, options)) } : now
}

const limitedSeconds = ({ bytes }: { bytes: number }, { bytesPerSecond }: MigrateOptions): number =>
  bytesPerSecond === null ? 0 : Math.ceil(bytes / bytesPerSecond)

interface PlanIssuesProps {
  /** Null until read. */
  problems: ProblemGroup[] | null
  nothingToMove: boolean
  /** Shows the files that match a filter. */
  onShowFiles: (filter: PlanFilter) => void
}

/** What a plan found out about the files, by cause. To find nothing, or nothing to do, is good news and is said. */
export function PlanIssues({ problems, nothingToMove, onShowFiles }: PlanIssuesProps) {
  if (!problems) return <Loading what={texts.plan.issuesToRead} />
  return (
    <Panel title={texts.plan.issuesAndNotes} flush>
      {nothingToMove && <p className={classes.line}>{texts.plan.nothingToMove}</p>}
      {problems.length === 0 && !nothingToMove && <p className={classes.line}>{texts.plan.noIssues}</p>}
      {problems.length > 0 && (
        <ProblemGroups groups={problems} details={(group) => <GroupFiles group={group} onShowFiles={onShowFiles} />} />
      )}
    </Panel>
  )
}
