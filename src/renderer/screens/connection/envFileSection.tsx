import { Button } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'
import { Notice } from '../../components/notice.tsx'
import { useDrafts, useProfiles } from '../../stores/context.tsx'
import classes from './envFileSection.module.css'
import { useEditor } from './editor.ts'
import { Section } from './section.tsx'

/** A connection whose settings stay in a file: what it says, and the way to keep them here instead. */
export function EnvFileSection() {
  const { form, key, profileId } = useEditor()
  const takeOver = useDrafts((state) => state.takeOver)
  const profile = useProfiles((state) => state.profiles?.find(({ id }) => id === profileId))
  return (
    <Section title="Settings in a file" icon={IconFileText}>
      <p className="hint">
        Database, uploads folder and bucket are read from <code className={classes.path}>{form.envFile}</code> each time
        they are needed. Change them there.
      </p>
      {profile?.problem === null && (
        <dl className={classes.facts}>
          <dt>Database</dt>
          <dd>{profile.database}</dd>
          <dt>Uploads folder</dt>
          <dd>{profile.uploads}</dd>
          <dt>Bucket</dt>
          <dd>
            {profile.bucket}, {profile.endpoint ?? 'Amazon S3'}
          </dd>
        </dl>
      )}
      {profile?.problem !== null && profile?.problem !== undefined && (
        <p role="alert" className={classes.problem} data-tone="bad">
          {profile.problem}
        </p>
      )}
      {profile?.warning && (
        <Notice tone="warn" title={profile.warning}>
          <p>Change its permissions so that only you can read it.</p>
        </Notice>
      )}
      <div className={classes.foot}>
        <Button variant="default" onClick={() => void takeOver(key)}>
          Keep these settings here instead
        </Button>
        <span className="hint">Takes them over into the form. The file stays as it is and is not used any more.</span>
      </div>
    </Section>
  )
}
