import { Button } from '@mantine/core'
import { texts } from '../../texts/texts.ts'
import { FilePicker } from './filePicker.tsx'

/** Takes connections that were exported on another computer. */
export function ImportButton() {
  return (
    <FilePicker>
      {(choose) => (
        <Button size="md" variant="default" onClick={choose}>
          {texts.home.importConnections}
        </Button>
      )}
    </FilePicker>
  )
}
