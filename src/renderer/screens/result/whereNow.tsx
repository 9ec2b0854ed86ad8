import { Panel } from '../../components/panel.tsx'
import classes from './sideList.module.css'

/** What lies where after the run. */
export function WhereNow({ lines }: { lines: string[] }) {
  if (lines.length === 0) return null
  return (
    <Panel title="What is where now">
      <ul className={classes.lines}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Panel>
  )
}
