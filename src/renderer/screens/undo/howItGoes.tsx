import { Panel } from '../../components/panel.tsx'
import classes from './undo.module.css'

/** The order in which a document goes back: at no instant does its row point at nothing. */
export function HowItGoes({ keepObjects, bucket }: { keepObjects: boolean; bucket: string }) {
  return (
    <Panel title="How it goes">
      <ol className={classes.steps}>
        <li>Each local file is read and compared with the hash of the document.</li>
        <li>What is gone or damaged is fetched from S3.</li>
        <li>The row goes back to the local path, if it still points at the object.</li>
        <li>
          {keepObjects
            ? `The object stays in bucket ${bucket}.`
            : 'The object is removed, if no row points at it any more.'}
        </li>
      </ol>
    </Panel>
  )
}
