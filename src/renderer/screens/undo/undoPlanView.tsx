import { runFacts } from '../../../shared/runKind.ts'
import { runWords } from '../../../shared/runWords.ts'
import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { errorCatalogue, type ErrorData } from '../../../shared/errors.ts'
import type { ProblemGroup, RollbackPreview } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { Confirm } from '../../components/confirm.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { ItemList } from '../../components/run/itemList.tsx'
import { Loading } from '../../components/loading.tsx'
import { Notice } from '../../components/notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { ProblemGroups } from '../../components/run/problemGroups.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { useBusy, useLive, useNavigation } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { RepairDeeds } from '../../components/run/repairDeeds.tsx'
import { planWords } from './planWords.ts'
import { UndoPreview } from './undoPreview.tsx'
import classes from './undo.module.css'

interface UndoPlanViewProps {
  details: RunDetails
  problems: ProblemGroup[] | null
  /** Why the plan could not be carried out when it was tried. */
  refused: ErrorData | null
}

/** Files that are downloaded first: no problem, but worth knowing. */
function fetching(preview: RollbackPreview | null): ProblemGroup[] {
  if (!preview || preview.filesToFetch === 0) return []
  const { title, remedy } = errorCatalogue.FILE_TO_FETCH
  return [{ code: 'FILE_TO_FETCH', title, remedy, kind: 'note', count: preview.filesToFetch, examples: [] }]
}

/**
 * A plan that goes back over a run: what it would do, what it cannot do and why. What is shown is what will be done.
 * It names the consequence itself: only what cannot be taken back is asked for once more.
 */
export function UndoPlanView({ details, problems, refused }: UndoPlanViewProps) {
  const [confirming, setConfirming] = useState(false)
  const resume = useLive((state) => state.resume)
  const error = useLive((state) => state.error) ?? refused
  const pending = useLive((state) => state.pending)
  const busy = useBusy()
  const go = useNavigation((state) => state.go)
  const words = planWords(details)
  const { runId, kind, totals, preview, parent } = details
  const isRepair = runFacts[kind].noun !== 'file'
  const groups = [...fetching(preview), ...(problems ?? [])]
  return (
    <Screen
      back
      title={`${runWords[kind].plan} ${details.profile}`}
      subtitle={<Route database={details.database} bucket={details.bucket} />}
      actions={
        <>
          {parent !== null && (preview ?? kind === 'repair') && (
            <Button
              size="md"
              variant="default"
              onClick={() => go({ name: kind === 'repair' ? 'repair' : 'undo', runId: parent })}
            >
              {texts.undo.changeSelection}
            </Button>
          )}
        </>
      }
    >
      {error && <ErrorCard error={error} />}
      {words.start === null && <Notice tone="neutral" title={words.nothing} />}
      {totals && <UndoPreview details={details} totals={totals} />}
      {words.start !== null && (
        <Consequence facts={words.facts}>
          <Button
            size="md"
            disabled={busy}
            loading={pending === 'resume'}
            {...(words.isDangerous && { color: 'red' })}
            onClick={() => (words.asks ? setConfirming(true) : void resume(runId))}
          >
            {words.start}
          </Button>
        </Consequence>
      )}
      {!problems && <Loading what={texts.undo.issues} />}
      {groups.length > 0 && (
        <Panel title={isRepair ? texts.undo.whatCantBeDone : texts.undo.issuesAndNotes} flush>
          <ProblemGroups
            groups={groups}
            failedLabel={runWords[kind].failed}
            details={({ code, title }) => (
              <ItemList
                runId={runId}
                filter={{ code }}
                label={title}
                planned
                back={runFacts[kind].goal === 'restored'}
                kind={kind}
                noun={runFacts[kind].noun}
              />
            )}
          />
        </Panel>
      )}
      <RepairDeeds details={details} planned />
      {words.start !== null && !isRepair && (
        <Panel title={texts.undo.files}>
          <ItemList
            runId={runId}
            filter={{ state: 'pending' }}
            label={texts.undo.filesInThisPlan}
            planned
            compact
            back={runFacts[kind].goal === 'restored'}
          />
        </Panel>
      )}
      {words.asks && (
        <Confirm
          opened={confirming}
          title={words.asks.question}
          facts={words.facts}
          action={words.asks.action}
          final={words.asks.forGood}
          onClose={() => setConfirming(false)}
          onConfirm={() => {
            setConfirming(false)
            void resume(runId)
          }}
        />
      )}
    </Screen>
  )
}

interface ConsequenceProps {
  /** What will be different afterwards, one thing a line. */
  facts: string[]
  /** The button that goes ahead. */
  children: ReactNode
}

/** Names what will be different, beside the button that makes it so. */
function Consequence({ facts, children }: ConsequenceProps) {
  return (
    <Panel title={texts.undo.whatWillChange}>
      <div className={classes.line}>
        <ul className={classes.facts}>
          {facts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
        {children}
      </div>
    </Panel>
  )
}
