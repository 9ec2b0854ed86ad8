import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import type { MigrateOptions, ProblemGroup } from '../../../shared/run.ts'
import type { Api, Reply } from '../../api.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { useLive, useReadurState, useSettings } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { ConfirmStart } from './confirmStart.tsx'
import { FilesView } from '../../components/files/filesView.tsx'
import { draftOf, type OptionsDraft, parseOptions } from '../../components/options/options.ts'
import { PlanIssues, PlanSummary } from './planSummary.tsx'
import { nounFor } from '../../components/run/outcome.ts'
import { issueCount } from '../../components/run/problemGroups.tsx'
import { RunTabs, useRunPlace } from '../../components/run/runTabs.tsx'
import { useRead } from '../../stores/useRead.ts'

/** The options of a run; none of one that was never carried out. */
const readOptions = async (api: Api, runId: string | null): Promise<Reply<MigrateOptions | null>> => {
  if (runId === null) return { ok: true, value: null }
  const reply = await api.runs.get(runId)
  return reply.ok ? { ok: true, value: reply.value.options } : reply
}

interface PlanViewProps {
  details: RunDetails
  problems: ProblemGroup[] | null
  /** Why the plan could not be carried out when it was tried. */
  refused: ErrorData | null
}

const planFiles = { of: 'plan' } as const

/**
 * A finished plan: what would move, what cannot and why, how to carry it out; and file by file. What is shown is what
 * will run.
 */
export function PlanView({ details, problems, refused }: PlanViewProps) {
  const defaults = useSettings(({ settings }) => settings.defaults)
  // What is tried again is tried with the settings of the run that failed at it, unless somebody changes them here.
  const earlier = useRead(details.planOptions.of?.runId ?? null, readOptions).value ?? null
  const [changed, setDraft] = useState<OptionsDraft | null>(null)
  const usual = earlier ?? defaults
  const draft = changed ?? draftOf(usual)
  const [confirming, setConfirming] = useState(false)
  const { place, showFiles } = useRunPlace(details.runId)
  const { filter } = place
  const pending = useLive((state) => state.pending)
  const error = useLive((state) => state.error) ?? refused
  const start = useLive((state) => state.start)
  const readur = useReadurState(details.profileId)
  const [chosen, setChosen] = useState<boolean | null>(null)
  // Rows that are switched before Readur uses the bucket could not be opened: unless somebody decides so, they wait.
  const copyOnly = chosen ?? (usual.copyOnly || readur?.at !== 'bucket')
  const wanted = { ...draft, copyOnly }
  const parsed = parseOptions(wanted)
  const { totals } = details
  const what = totals ? texts.nouns[nounFor(totals)](totals.move) : ''
  const canStart = totals !== null && totals.move > 0
  return (
    <Screen
      back
      title={texts.plan.planFor(details.profile)}
      subtitle={<Route database={details.database} bucket={details.bucket} />}
      actions={
        canStart && (
          <Button size="md" disabled={!parsed.ok} loading={pending === 'start'} onClick={() => setConfirming(true)}>
            {copyOnly ? texts.plan.copy : texts.plan.migrate} {what} ({formatBytes(totals.bytes)})
          </Button>
        )
      }
    >
      {error && <ErrorCard error={error} />}
      <RunTabs
        runId={details.runId}
        counts={{ issues: issueCount(problems), ...(totals && { files: totals.items }) }}
        views={{
          summary: () => (
            <PlanSummary
              details={details}
              draft={wanted}
              readur={readur}
              options={parsed.ok ? parsed.options : null}
              errors={parsed.ok ? {} : parsed.errors}
              onDraft={(changed) => {
                setDraft(changed)
                if (changed.copyOnly !== copyOnly) setChosen(changed.copyOnly)
              }}
            />
          ),
          issues: () => <PlanIssues problems={problems} nothingToMove={!canStart} onShowFiles={showFiles} />,
          files: () => (
            <FilesView key={JSON.stringify(filter)} runId={details.runId} listed={planFiles} filter={filter} />
          ),
        }}
      />
      {parsed.ok && (
        <ConfirmStart
          opened={confirming}
          what={what}
          details={details}
          options={parsed.options}
          readur={readur}
          onClose={() => setConfirming(false)}
          onConfirm={(canary, isDecided) => {
            setConfirming(false)
            void start(details.runId, { ...parsed.options, canary }, isDecided)
          }}
        />
      )}
    </Screen>
  )
}
