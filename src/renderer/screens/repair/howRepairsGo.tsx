import { Panel } from '../../components/panel.tsx'
import classes from './repair.module.css'

/** The order in which things are put right: what loses a row comes when everything else was tried. */
export function HowRepairsGo() {
  return (
    <Panel title="How it goes">
      <ol className={classes.steps}>
        <li>The preview lists every change, and what cannot be done and why. It changes nothing.</li>
        <li>Each thing is proved once more right before: an audit may be days old.</li>
        <li>Paths first, then files, then objects, and rows last.</li>
        <li>Nothing is deleted without a saved copy. The repair can be taken back, all of it.</li>
      </ol>
    </Panel>
  )
}
