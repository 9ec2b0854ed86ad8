import { Panel } from '../../components/panel.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './undo.module.css'

/** The order in which a document goes back: at no instant does its row point at nothing. */
export function HowItGoes({ keepObjects, bucket }: { keepObjects: boolean; bucket: string }) {
  return (
    <Panel title={texts.undo.howItWorks}>
      <ol className={classes.steps}>
        <li>{texts.undo.eachLocalFileIsReadAnd}</li>
        <li>{texts.undo.missingOrDamagedFilesAreDownloaded}</li>
        <li>{texts.undo.readurIsPointedBackToThe}</li>
        <li>{keepObjects ? texts.undo.theS3CopyStaysInBucket(bucket) : texts.undo.theS3CopyIsRemovedIf}</li>
      </ol>
    </Panel>
  )
}
