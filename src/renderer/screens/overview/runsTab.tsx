import { Button } from '@mantine/core'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Panel } from '../../components/panel.tsx'
import { RunTable } from '../../components/run/runTable.tsx'
import { RunUnderWay } from '../../components/run/runUnderWay.tsx'
import { Screen } from '../../components/screen.tsx'
import { useConnectionRuns, useHistory, useNavigation } from '../../stores/context.tsx'
import { noFilter } from '../../stores/history.ts'
import { texts } from '../../texts/texts.ts'
import { PlaceHead } from './placeHead.tsx'

/** The runs of a connection, newest first. */
export function RunsTab({ profile }: { profile: ProfileSummary }) {
  const { id, name } = profile
  const runs = useConnectionRuns((state) => state.lists[id])
  const error = useConnectionRuns((state) => state.errors[id] ?? null)
  const load = useConnectionRuns((state) => state.load)
  const narrow = useHistory((state) => state.narrow)
  const go = useNavigation((state) => state.go)
  const showAll = () => {
    void narrow({ ...noFilter, text: name })
    go({ name: 'history' })
  }
  return (
    <Screen
      title={name}
      subtitle={<PlaceHead profile={profile} />}
      actions={
        <Button variant="default" onClick={showAll}>
          {texts.shell.showInHistory}
        </Button>
      }
    >
      <RunUnderWay />
      {error && <ErrorCard error={error} onRetry={() => void load(id)} />}
      {!runs && !error && <Loading what={texts.overview.itsRuns} />}
      {runs?.length === 0 && (
        <Panel title={texts.shell.noRuns}>
          <p className="hint">{texts.shell.noRunsHint}</p>
        </Panel>
      )}
      {runs && runs.length > 0 && <RunTable runs={runs} label={texts.shell.runs} />}
    </Screen>
  )
}
