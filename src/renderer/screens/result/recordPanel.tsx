import { Button } from '@mantine/core'
import type { RunDetails } from '../../../shared/run.ts'
import { CopyButton } from '../../components/copyButton.tsx'
import { Panel } from '../../components/panel.tsx'
import { useShownRun } from '../../stores/context.tsx'
import classes from './sideList.module.css'

/** Where the record of the run lies in forms that other programs read. */
export function RecordPanel({ details }: { details: RunDetails }) {
  return (
    <Panel title="Record">
      <StateFile path={details.stateFile} />
      {details.kind === 'migrate' && details.status !== 'not started' && <SavedPaths />}
      <div className={classes.part}>
        <p className={classes.heading}>Id</p>
        <code className={classes.path}>{details.runId}</code>
        <div className={classes.buttons}>
          <CopyButton text={details.runId} what="id of the run" />
        </div>
      </div>
    </Panel>
  )
}

/** In the shape that Readur's own tool uses; written when there is none. */
function StateFile({ path }: { path: string | null }) {
  const exportState = useShownRun((state) => state.exportState)
  const reveal = useShownRun((state) => state.reveal)
  return (
    <section aria-label="State file" className={classes.part}>
      <p className={classes.heading}>State file</p>
      {path === null ? (
        <>
          <span className={classes.path}>Not written yet</span>
          <div className={classes.buttons}>
            <Button size="compact-sm" variant="default" onClick={() => void exportState()}>
              Write state file
            </Button>
          </div>
        </>
      ) : (
        <>
          <code className={classes.path}>{path}</code>
          <div className={classes.buttons}>
            <CopyButton text={path} what="path of the state file" />
            <Button size="compact-sm" variant="default" onClick={() => void reveal()}>
              Show in folder
            </Button>
          </div>
        </>
      )}
    </section>
  )
}

/** The backup of last resort: needs nothing of this program to be used. */
function SavedPaths() {
  const savePaths = useShownRun((state) => state.savePaths)
  const saved = useShownRun((state) => state.savedPaths)
  return (
    <section aria-label="Paths of before" className={classes.part}>
      <p className={classes.heading}>Paths of before the run</p>
      <span className={classes.detail}>
        {saved === null ? 'As SQL that puts them back, for psql.' : 'Saved to '}
        {saved !== null && <code className={classes.path}>{saved}</code>}
      </span>
      <div className={classes.buttons}>
        <Button size="compact-sm" variant="default" onClick={() => void savePaths()}>
          Save as SQL…
        </Button>
      </div>
    </section>
  )
}
