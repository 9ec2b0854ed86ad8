import { TextInput } from '@mantine/core'
import { IconBox, IconFolder } from '@tabler/icons-react'
import { Choice } from '../../components/choice.tsx'
import { BrowseField } from './browseField.tsx'
import { useEditor, useText } from './editor.ts'
import { useOutcome } from './outcome.ts'
import { Section } from './section.tsx'

/** The folder with Readur's files: where it lies, and what Readur calls it. */
export function UploadsSection() {
  const { form, change } = useEditor()
  const readur = useText('uploadsInReadur')
  const map = useText('uploadsMap')
  return (
    <Section title="Uploads folder" icon={IconFolder} {...useOutcome('uploads')}>
      <Choice
        label="How the uploads are read"
        value={form.uploadsIn}
        onChange={(uploadsIn) => change({ uploadsIn })}
        options={[
          {
            value: 'folder',
            label: form.place === 'server' ? 'A folder of the server' : 'A folder',
            detail: 'Also one that is mounted into a container.',
            icon: <IconFolder size={20} stroke={1.75} aria-hidden />,
          },
          {
            value: 'container',
            label: 'Inside the container',
            detail: 'Slower. For volumes that you may not look into.',
            icon: <IconBox size={20} stroke={1.75} aria-hidden />,
          },
        ]}
      />
      <Place />
      <TextInput
        label={form.uploadsIn === 'container' ? 'Folder in the container' : 'What Readur calls it'}
        description="UPLOAD_PATH: in a container mostly /app/uploads. The rows of the database begin with it."
        {...readur}
        placeholder="/app/uploads"
      />
      <TextInput
        label="Folders elsewhere"
        description="Only if part of the uploads is on another disk or behind a link: path in Readur=real path. Separate several with a semicolon."
        {...map}
        placeholder="/app/uploads/documents=/mnt/disk/documents"
      />
    </Section>
  )
}

function Place() {
  const { form } = useEditor()
  const [there, container] = [useText('uploads'), useText('container')]
  if (form.uploadsIn === 'container') {
    return (
      <TextInput
        label="Name of the container"
        description="The name docker ps shows. For Podman podman:NAME, for Kubernetes kubernetes:NAMESPACE/deployment/NAME."
        placeholder="readur-app"
        {...container}
      />
    )
  }
  return form.place === 'server' ? (
    <TextInput label="Folder on the server" placeholder="/srv/readur/uploads" {...there} />
  ) : (
    <BrowseField
      label="Folder on this computer"
      field="uploads"
      what="uploads folder"
      placeholder="/srv/readur/uploads"
    />
  )
}
