import { Fragment } from 'react'
import type { RunDetails } from '../../../shared/record.ts'
import { texts } from '../../texts/texts.ts'
import { Panel } from '../panel.tsx'
import { settingLines } from './settingLines.ts'
import classes from './sideList.module.css'

/** The options that the run was planned and carried out with. */
export function SettingsUsed({ details }: { details: RunDetails }) {
  const lines = settingLines(details)
  if (lines.length === 0) return null
  return (
    <Panel title={texts.result.settingsUsed}>
      <dl className={classes.pairs}>
        {lines.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </Panel>
  )
}
