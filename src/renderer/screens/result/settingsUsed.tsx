import { Fragment } from 'react'
import type { RunDetails } from '../../../shared/record.ts'
import { Panel } from '../../components/panel.tsx'
import { settingLines } from '../../components/run/settingLines.ts'
import { texts } from '../../texts/texts.ts'
import classes from '../../components/run/sideList.module.css'

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
