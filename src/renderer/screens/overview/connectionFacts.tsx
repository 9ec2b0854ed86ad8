import type { ProfileSummary } from '../../../shared/profile.ts'
import { Panel } from '../../components/panel.tsx'
import classes from './overview.module.css'

/** What the connection leads from and to. */
export function ConnectionFacts({ profile }: { profile: ProfileSummary }) {
  const facts = [
    ['Readur on', profile.server ?? 'this computer'],
    ['Database', profile.database],
    ['Uploads', profile.uploads],
    ['Bucket', profile.bucket],
    ['Storage', profile.endpoint ?? 'Amazon S3'],
    ['Settings from', profile.source],
  ]
  return (
    <Panel title="From and to">
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
