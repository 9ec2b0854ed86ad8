import { useWindowEvent } from '@mantine/hooks'
import { useNavigation, useNotices, useStores } from '../stores/context.tsx'
import type { DroppedFile } from '../stores/discovery.ts'
import { texts } from '../texts/texts.ts'
import { DropArea } from './dropArea.tsx'

/** Names of files that settings or state files are found in: docker-compose.yml, .env, readur.env, anything.json. */
const isKnown = (name: string): boolean => /(^\.?env|\.(env|ya?ml|json|txt|conf|cfg|ini))(\.[\w-]+)?$/i.test(name)
const isJson = (name: string): boolean => /\.json$/i.test(name)

/** Takes what is dropped anywhere on the window: state files, exported connections, settings of a Readur. */
export function DroppedFiles() {
  const { takeDropped } = useStores()
  const show = useNotices((state) => state.show)
  // The editor looks for settings itself, and keeps what stands in it.
  const inEditor = useNavigation((state) => state.screen.name === 'connection')
  // Without it the page would be left for the file.
  useWindowEvent('dragover', (event) => event.preventDefault())
  useWindowEvent('drop', (event) => event.preventDefault())
  const take = (files: DroppedFile[]) => {
    const known = files.filter(({ name }) => isKnown(name))
    const [state] = known.filter(({ name }) => isJson(name))
    if (known.length > 0) takeDropped(state ? [state] : known)
    else show(texts.components.thisFileTypeIsntSupported)
  }
  return (
    <DropArea
      words={inEditor ? texts.components.dropAStateFileToImport : texts.components.dropDockerComposeYmlEnvA}
      {...(inEditor && { accepts: isJson })}
      onFiles={take}
    />
  )
}
