import { useWindowEvent } from '@mantine/hooks'
import { useImporting, useStores } from '../../stores/context.tsx'

const isStateFile = ({ name }: File): boolean => /\.json$/i.test(name)

/** Takes a state file that is dropped anywhere on the window. */
export function DroppedStateFile() {
  const { api } = useStores()
  const open = useImporting((state) => state.open)
  // Without it the page would be left for the file.
  useWindowEvent('dragover', (event) => event.preventDefault())
  useWindowEvent('drop', (event) => {
    event.preventDefault()
    const file = [...(event.dataTransfer?.files ?? [])].find(isStateFile)
    if (!file) return
    const path = api.dropped.pathOf(file)
    if (path !== '') open(path)
  })
  return null
}
