import { IconBox, IconFolder } from '@tabler/icons-react'
import { Choice } from '../../components/choice.tsx'
import { texts } from '../../texts/texts.ts'
import { BrowseField } from './browseField.tsx'
import { useEditor } from './editor.ts'
import { Section } from './section.tsx'
import { TextField } from './textField.tsx'

/** The folder with Readur's files: where it lies, and what Readur calls it. */
export function UploadsSection() {
  const { form, change } = useEditor()
  return (
    <Section title={texts.connection.uploadsFolder} icon={IconFolder}>
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
      <TextField
        label={
          form.uploadsIn === 'container' ? texts.connection.folderInTheContainer : texts.connection.uploadPathLabel
        }
        description={texts.connection.uploadPathHint}
        field="uploadsInReadur"
        placeholder={texts.connection.exampleUploadPath}
      />
      <TextField
        label={texts.connection.foldersInOtherPlaces}
        description={texts.connection.otherFoldersHint}
        field="uploadsMap"
        placeholder={texts.connection.exampleFolders}
      />
    </Section>
  )
}

function Place() {
  const { form } = useEditor()
  if (form.uploadsIn === 'container') {
    return (
      <TextField
        label={texts.connection.containerName}
        description={texts.connection.containerHint}
        placeholder={texts.connection.exampleContainer}
        field="container"
      />
    )
  }
  return form.place === 'server' ? (
    <TextField
      label={texts.connection.folderOnTheServer}
      placeholder={texts.connection.exampleFolder}
      field="uploads"
    />
  ) : (
    <BrowseField
      label={texts.connection.folderOnThisComputer}
      field="uploads"
      what="uploads folder"
      placeholder={texts.connection.exampleFolder}
    />
  )
}
