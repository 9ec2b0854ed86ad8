import type { ReactNode } from 'react'
import { Panel } from '../../components/panel.tsx'
import classes from './consequence.module.css'

interface ConsequenceProps {
  /** What will be different afterwards, one thing a line. */
  facts: string[]
  /** The button that goes ahead. */
  children: ReactNode
}

/** Names what will be different, beside the button that makes it so. */
export function Consequence({ facts, children }: ConsequenceProps) {
  return (
    <Panel title="What will be different">
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
