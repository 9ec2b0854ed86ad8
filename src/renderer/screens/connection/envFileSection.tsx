import { Button } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'
import { Notice } from '../../components/notice.tsx'
import { useDrafts, useProfiles } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './envFileSection.module.css'
import { useEditor } from './editor.ts'
import { Section } from './section.tsx'

/** A connection whose settings stay in a file: what it says, and the way to keep them here instead. */
export function EnvFileSection() {
  const { form, key, profileId } = useEditor()
  const takeOver = useDrafts((state) => state.takeOver)
  const profile = useProfiles((state) => state.profiles?.find(({ id }) => id === profileId))
  return (
    <Section title={texts.connection.settingsFile} icon={IconFileText}>
      <p className="hint">{texts.connection.envFileMeans(<code className={classes.path}>{form.envFile}</code>)}</p>
      {profile?.problem === null && (
        <dl className={classes.facts}>
          <dt>{texts.connection.database}</dt>
          <dd>{profile.database}</dd>
          <dt>{texts.connection.uploadsFolder}</dt>
          <dd>{profile.uploads}</dd>
          <dt>{texts.connection.bucket}</dt>
          <dd>
            {profile.bucket}, {profile.endpoint ?? texts.connection.amazonS3}
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
          <p>{texts.connection.envFileReadable}</p>
        </Notice>
      )}
      <div className={classes.foot}>
        <Button variant="default" onClick={() => void takeOver(key)}>
          {texts.connection.envFileTakeOver}
        </Button>
        <span className="hint">{texts.connection.envFileTakeOverMeans}</span>
      </div>
    </Section>
  )
}
