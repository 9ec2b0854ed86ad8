import { Button } from '@mantine/core'
import { CopyButton } from '../../components/copyButton.tsx'
import { useShownRun } from '../../stores/context.tsx'
import classes from './stateFile.module.css'

/** Where the record of the run lies, in the shape that Readur's own tool uses; writes it when there is none. */
export function StateFile({ path }: { path: string | null }) {
  const exportState = useShownRun((state) => state.exportState)
  const reveal = useShownRun((state) => state.reveal)
  return (
    <section aria-label="State file" className={classes.file}>
      <span className={classes.label}>State file</span>
      {path === null ? (
        <>
          <span className={classes.path}>Not written yet</span>
          <Button size="compact-sm" variant="default" onClick={() => void exportState()}>
            Write state file
          </Button>
        </>
      ) : (
        <>
          <code className={classes.path}>{path}</code>
          <CopyButton text={path} what="path of the state file" />
          <Button size="compact-sm" variant="default" onClick={() => void reveal()}>
            Show in folder
          </Button>
        </>
      )}
    </section>
  )
}
