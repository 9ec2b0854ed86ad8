import { TextInput } from '@mantine/core'
import { IconBox, IconFolder } from '@tabler/icons-react'
import { Choice } from '../../components/choice.tsx'
import { texts } from '../../texts/texts.ts'
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
    <Section title={texts.connection.uploadsFolder} icon={IconFolder} {...useOutcome('uploads')}>
      <Choice
        label={texts.connection.uploadsWay}
        value={form.uploadsIn}
        onChange={(uploadsIn) => change({ uploadsIn })}
        options={[
          {
            value: 'folder',
            label: form.place === 'server' ? texts.connection.folderOnTheServer : texts.connection.folder,
            detail: texts.connection.folderMeans,
            icon: <IconFolder size={20} stroke={1.75} aria-hidden />,
          },
          {
            value: 'container',
            label: texts.connection.insideTheContainer,
            detail: texts.connection.insideContainerMeans,
            icon: <IconBox size={20} stroke={1.75} aria-hidden />,
          },
        ]}
      />
      <Place />
      <TextInput
        label={
          form.uploadsIn === 'container' ? texts.connection.folderInTheContainer : texts.connection.uploadPathLabel
        }
        description={texts.connection.uploadPathHint}
        {...readur}
        placeholder={texts.connection.exampleUploadPath}
      />
      <TextInput
        label={texts.connection.foldersInOtherPlaces}
        description={texts.connection.otherFoldersHint}
        {...map}
        placeholder={texts.connection.exampleFolders}
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
        label={texts.connection.containerName}
        description={texts.connection.containerHint}
        placeholder={texts.connection.exampleContainer}
        {...container}
      />
    )
  }
  return form.place === 'server' ? (
    <TextInput label={texts.connection.folderOnTheServer} placeholder={texts.connection.exampleFolder} {...there} />
  ) : (
    <BrowseField
      label={texts.connection.folderOnThisComputer}
      field="uploads"
      what="uploads folder"
      placeholder={texts.connection.exampleFolder}
    />
  )
}
