import { TextInput } from '@mantine/core'
import { IconFolder } from '@tabler/icons-react'
import { BrowseField } from './browseField.tsx'
import { useEditor, useText } from './editor.ts'
import { useOutcome } from './outcome.ts'
import { Section } from './section.tsx'

/** The folder with Readur's files: where it lies, and what Readur calls it. */
export function UploadsSection() {
  const { form } = useEditor()
  const there = useText('uploads')
  return (
    <Section title="Uploads folder" icon={IconFolder} {...useOutcome('uploads')}>
      {form.place === 'server' ? (
        <TextInput label="Folder on the server" placeholder="/srv/readur/uploads" {...there} />
      ) : (
        <BrowseField
          label="Folder on this computer"
          field="uploads"
          what="uploads folder"
          placeholder="/srv/readur/uploads"
        />
      )}
      <TextInput
        label="What Readur calls it"
        description="UPLOAD_PATH: in a container mostly /app/uploads. The rows of the database begin with it."
        {...useText('uploadsInReadur')}
        placeholder="/app/uploads"
      />
    </Section>
  )
}
