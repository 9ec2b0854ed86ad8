import type { ReactNode } from 'react'
import { Panel } from '../../components/panel.tsx'
import { texts } from '../../texts/texts.ts'
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
    <Panel title={texts.undo.whatWillChange}>
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
