import { useEffect, useState } from 'react'
import { useNavigation, useNotices, useStores } from '../stores/context.tsx'
import { isEditor } from '../stores/navigation.ts'
import type { DroppedFile } from '../stores/discovery.ts'
import { looksLikeSettings } from '../connection/looksLikeSettings.ts'
import classes from './dropArea.module.css'
import { useWindowEvent } from '@mantine/hooks'
import { texts } from '../texts/texts.ts'

interface DropAreaProps {
  /** What may be dropped, said while a file is dragged over the window. */
  words: string
  /** Whether a file is meant for this; others go on to whoever else takes them. */
  accepts?: (name: string) => boolean
  onFiles: (files: DroppedFile[]) => void
}

const acceptsAll = (): boolean => true

/** Takes files that are dropped anywhere on the window, and shows that it would. */
export function DropArea({ words, accepts = acceptsAll, onFiles }: DropAreaProps) {
  const { api } = useStores()
  const [over, setOver] = useState(false)
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    // Between elements of the page there is another one that is entered.
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false)
    }
    const onDrop = (event: DragEvent) => {
      setOver(false)
      const files = Array.from(event.dataTransfer?.files ?? [])
      if (files.length === 0 || !files.every(({ name }) => accepts(name))) return
      event.preventDefault()
      event.stopPropagation()
      onFiles(files.map((file) => ({ name: file.name, path: api.pathOf(file), text: () => file.text() })))
    }
    window.addEventListener('dragover', onOver)
    window.addEventListener('dragleave', onLeave)
    window.addEventListener('drop', onDrop, { capture: true })
    return () => {
      window.removeEventListener('dragover', onOver)
      window.removeEventListener('dragleave', onLeave)
      window.removeEventListener('drop', onDrop, { capture: true })
    }
  }, [api, accepts, onFiles])
  if (!over) return null
  return <div className={classes.area}>{words}</div>
}

/** Names of files that settings or state files are found in: docker-compose.yml, .env, readur.env, anything.json. */
const isKnown = (name: string): boolean => /(^\.?env|\.(env|ya?ml|json|txt|conf|cfg|ini))(\.[\w-]+)?$/i.test(name)
const isJson = (name: string): boolean => /\.json$/i.test(name)

/** What is pasted anywhere and holds more than one setting is looked through, wherever the cursor stands. */
function usePastedSettings() {
  const { takePasted } = useStores()
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain') ?? ''
      const isInTextArea = event.target instanceof HTMLTextAreaElement
      const isInDialog = event.target instanceof Element && event.target.closest('[role="dialog"]') !== null
      if (isInTextArea || isInDialog || !looksLikeSettings(text)) return
      event.preventDefault()
      takePasted(text)
    }
    document.addEventListener('paste', onPaste)
    return () => document.removeEventListener('paste', onPaste)
  }, [takePasted])
}

/** Takes what is dropped anywhere on the window: state files, exported connections, settings of a Readur. */
export function DroppedFiles() {
  const { takeDropped } = useStores()
  const show = useNotices((state) => state.show)
  // The editor looks for settings itself, and keeps what stands in it.
  const inEditor = useNavigation(({ screen }) => isEditor(screen))
  // Without it the page would be left for the file.
  useWindowEvent('dragover', (event) => event.preventDefault())
  useWindowEvent('drop', (event) => event.preventDefault())
  usePastedSettings()
  const take = (files: DroppedFile[]) => {
    const known = files.filter(({ name }) => isKnown(name))
    const [state] = known.filter(({ name }) => isJson(name))
    if (known.length > 0) takeDropped(state ? [state] : known)
    else show(texts.components.dropUnsupported)
  }
  return (
    <DropArea
      words={inEditor ? texts.components.dropStateFile : texts.components.dropAnything}
      {...(inEditor && { accepts: isJson })}
      onFiles={take}
    />
  )
}
