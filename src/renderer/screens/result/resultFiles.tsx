import type { RunDetails } from '../../../shared/record.ts'
import { FilesView } from '../../components/files/filesView.tsx'
import { useRunPlace } from '../../components/run/runTabs.tsx'
import { awaitsCutover } from '../../format/status.ts'
import { useNavigation } from '../../stores/context.tsx'
import { actionsOf } from './actions.ts'

/** Every file of the run with what became of it; one document at a time can be rolled back. */
export function ResultFiles({ details }: { details: RunDetails }) {
  const { runId, kind } = details
  const { filter } = useRunPlace(runId).place
  const go = useNavigation((state) => state.go)
  const canRollBack = actionsOf(details).some(({ name }) => name === 'rollback')
  return (
    <FilesView
      key={JSON.stringify(filter)}
      runId={runId}
      listed={{ of: 'run', kind, isCopied: awaitsCutover(details) }}
      filter={filter}
      onRollBack={canRollBack ? ({ documentId }) => go({ name: 'undo', runId, documentId }) : undefined}
    />
  )
}
