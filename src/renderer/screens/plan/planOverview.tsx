import { Button } from '@mantine/core'
import { errorCatalogue } from '../../../shared/errors.ts'
import type { PlanFilter } from '../../../shared/planTable.ts'
import type { ReadurState } from '../../../shared/readurState.ts'
import type { PlanOptions, ProblemGroup } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { Panel } from '../../components/panel.tsx'
import { ProblemExamples } from '../../components/run/problemExamples.tsx'
import { texts } from '../../texts/texts.ts'
import { BeforeStart } from './beforeStart.tsx'
import type { OptionErrors, OptionsDraft } from '../../components/options/options.ts'
import { OptionsForm } from '../../components/options/optionsForm.tsx'
import { PlanCost } from './planCost.tsx'
import { PlanTotals } from './planTotals.tsx'
import tabs from '../../components/tabs.module.css'
import classes from './planOverview.module.css'
import type { ReactNode } from 'react'
import { Loading } from '../../components/loading.tsx'
import { ProblemGroups } from '../../components/run/problemGroups.tsx'

/** What of another run a plan is about. */
function scopeOf({ state, code }: NonNullable<PlanOptions['of']>): string {
  if (state === 'restored') return texts.plan.scopeRolledBack
  if (code === undefined) return texts.plan.scopeFailed
  return texts.plan.scopeFailedFor(errorCatalogue[code].title)
}

interface PlanOverviewProps {
  details: RunDetails
  problems: ProblemGroup[] | null
  draft: OptionsDraft
  /** Where Readur stores; null where that is not known yet. */
  readur: ReadurState | null
  errors: OptionErrors
  onDraft: (draft: OptionsDraft) => void
  /** Shows the files that a filter leaves. */
  onShowFiles: (filter: PlanFilter) => void
}

/** What a plan comes to, what was found, what it may cost, and how it is to be carried out. */
export function PlanOverview({ details, problems, draft, readur, errors, onDraft, onShowFiles }: PlanOverviewProps) {
  const { totals, planOptions } = details
  const canStart = totals !== null && totals.move > 0
  return (
    <div className={tabs.stack}>
      {planOptions.of && <p className={classes.scope}>{scopeOf(planOptions.of)}</p>}
      {totals && <PlanTotals totals={totals} estimate={details.estimate} />}
      <div className={canStart ? classes.columns : undefined}>
        <div className={classes.main}>
          <Panel title={texts.plan.issuesAndNotes} flush>
            <Findings
              problems={problems}
              nothingToMove={!canStart}
              details={(group) => <GroupDetails group={group} onShowFiles={onShowFiles} />}
            />
          </Panel>
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

interface GroupDetailsProps {
  group: ProblemGroup
  onShowFiles: (filter: PlanFilter) => void
}

function GroupDetails({ group, onShowFiles }: GroupDetailsProps) {
  // Notes and errors of the run as a whole are about no item, or about many at once.
  const isListed = group.kind === 'failed' || group.kind === 'skipped'
  return (
    <>
      <ProblemExamples group={group} />
      {isListed && group.count > group.examples.length && (
        <Button
          className={classes.all ?? ''}
          variant="default"
          size="compact-sm"
          onClick={() => onShowFiles({ code: group.code })}
        >
          {texts.plan.showAll(group.count)}
        </Button>
      )}
    </>
  )
}

interface FindingsProps {
  /** Null until read. */
  problems: ProblemGroup[] | null
  nothingToMove: boolean
  /** What is shown of a group when it is opened. */
  details: (group: ProblemGroup) => ReactNode
}

/** What a plan found out about the files. To find nothing, or nothing to do, is good news and is said. */
function Findings({ problems, nothingToMove, details }: FindingsProps) {
  if (!problems) return <Loading what={texts.plan.issuesToRead} />
  return (
    <>
      {nothingToMove && <p className={classes.line}>{texts.plan.nothingToMove}</p>}
      {problems.length === 0 && !nothingToMove && <p className={classes.line}>{texts.plan.noIssues}</p>}
      {problems.length > 0 && <ProblemGroups groups={problems} details={details} />}
    </>
  )
}
