import { Panel } from '../../components/panel.tsx'
import { texts } from '../../texts/texts.ts'
import classes from '../../components/run/sideList.module.css'

/** What lies where after the run. */
export function WhereNow({ lines }: { lines: string[] }) {
  if (lines.length === 0) return null
  return (
    <Panel title={texts.result.whereYourFilesAreNow}>
      <ul className={classes.lines}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Panel>
  )
}
