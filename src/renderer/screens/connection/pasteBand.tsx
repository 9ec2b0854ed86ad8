import { Button, Textarea } from '@mantine/core'
import { IconClipboardText } from '@tabler/icons-react'
import { useState } from 'react'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Notice } from '../../components/notice.tsx'
import { draftOf, secretChangesOf } from '../../connection/form.ts'
import { useDiscovery } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { useEditor } from './editor.ts'
import classes from './pasteBand.module.css'

/** Readur's own settings, pasted or chosen, so that nobody has to copy them field by field. */
export function PasteBand() {
  const readText = useDiscovery((state) => state.readText)
  const chooseFile = useDiscovery((state) => state.chooseFile)
  const reading = useDiscovery((state) => state.reading)
  const error = useDiscovery((state) => state.error)
  const notes = useDiscovery((state) => state.notes)
  const [text, setText] = useState<string | null>(null)
  return (
    <section aria-label={texts.connection.readursOwnSettings} className={classes.band}>
      <div className={classes.line}>
        <IconClipboardText size={22} stroke={1.75} className={classes.icon} aria-hidden />
        <div className={classes.words}>
          <p className={classes.title}>{texts.connection.importTitle}</p>
          <p className={classes.how}>{texts.connection.importHint}</p>
        </div>
        <Button variant="default" aria-expanded={text !== null} onClick={() => setText(text === null ? '' : null)}>
          {texts.connection.pasteText}
        </Button>
        <SearchButton />
        <Button variant="default" loading={reading} onClick={() => void chooseFile()}>
          {texts.connection.chooseAFile}
        </Button>
      </div>
      {text !== null && (
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault()
            // The text may hold secrets: it does not stay.
            setText(null)
            void readText(text)
          }}
        >
          <Textarea
            autoFocus
            aria-label={texts.connection.importText}
            placeholder={texts.connection.exampleSettings}
            rows={8}
            spellCheck={false}
            className="mono"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="light" disabled={text.trim() === ''}>
            {texts.connection.findSettings}
          </Button>
        </form>
      )}
      {error && <ErrorCard error={error} />}
      {notes.map(({ message, remedy }) => (
        <Notice key={message} tone="warn" title={message}>
          {remedy !== null && <p>{remedy}</p>}
        </Notice>
      ))}
    </section>
  )
}

/** Looks where Readur runs, once that is known. */
function SearchButton() {
  const { form, draft, profileId } = useEditor()
  const searchServer = useDiscovery((state) => state.searchServer)
  const searching = useDiscovery((state) => state.searching)
  const isServer = form.place === 'server'
  return (
    <Button
      variant="default"
      loading={searching}
      disabled={isServer && form.sshHost.trim() === ''}
      title={isServer ? undefined : texts.connection.searchHint}
      onClick={() =>
        void searchServer({ profileId, draft: draftOf(form), secrets: secretChangesOf(form, draft.saved) })
      }
    >
      {isServer ? texts.connection.searchServer : texts.connection.searchThisComputer}
    </Button>
  )
}
