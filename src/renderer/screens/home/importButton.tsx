import { Button } from '@mantine/core'
import { FilePicker } from './filePicker.tsx'

/** Takes connections that were exported on another computer. */
export function ImportButton() {
  return (
    <FilePicker>
      {(choose) => (
        <Button size="md" variant="default" onClick={choose}>
          Import connections…
        </Button>
      )}
    </FilePicker>
  )
}
