import type { ProfileSummary } from '../../../shared/profile.ts'
import { Panel } from '../../components/panel.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './overview.module.css'

/** What the connection leads from and to. */
export function ConnectionFacts({ profile }: { profile: ProfileSummary }) {
  const facts = [
    [texts.overview.readurOn, profile.server ?? texts.overview.thisComputer],
    [texts.overview.database, profile.database],
    [texts.overview.uploads, profile.uploads],
    [texts.overview.bucket, profile.bucket],
    [texts.overview.storage, profile.endpoint ?? texts.overview.amazonS3],
    [texts.overview.settingsFrom, profile.source],
  ]
  return (
    <Panel title={texts.overview.sourceAndDestination}>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === '' ? '–' : value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
