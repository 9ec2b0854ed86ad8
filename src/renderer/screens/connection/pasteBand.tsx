import { Button, Textarea } from '@mantine/core'
import { IconClipboardText } from '@tabler/icons-react'
import { useState } from 'react'
import { ErrorCard } from '../../components/errorCard.tsx'
import { useDiscovery } from '../../stores/context.tsx'
import classes from './pasteBand.module.css'

/** Readur's own settings, pasted or chosen, so that nobody has to copy them field by field. */
export function PasteBand() {
  const readText = useDiscovery((state) => state.readText)
  const chooseFile = useDiscovery((state) => state.chooseFile)
  const reading = useDiscovery((state) => state.reading)
  const error = useDiscovery((state) => state.error)
  const [text, setText] = useState<string | null>(null)
  return (
    <section aria-label="Readur’s own settings" className={classes.band}>
      <div className={classes.line}>
        <IconClipboardText size={22} stroke={1.75} className={classes.icon} aria-hidden />
        <div className={classes.words}>
          <p className={classes.title}>Readur knows all of this already</p>
          <p className={classes.how}>Paste or drop its docker-compose.yml, .env or DATABASE_URL anywhere here.</p>
        </div>
        <Button variant="default" aria-expanded={text !== null} onClick={() => setText(text === null ? '' : null)}>
          Paste text
        </Button>
        <Button variant="default" loading={reading} onClick={() => void chooseFile()}>
          Choose a file…
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
            aria-label="Text with Readur’s settings"
            placeholder={'DATABASE_URL=postgresql://readur:…@localhost:5432/readur\nS3_BUCKET_NAME=…'}
            rows={8}
            spellCheck={false}
            className="mono"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" disabled={text.trim() === ''}>
            Look for settings
          </Button>
        </form>
      )}
      {error && <ErrorCard error={error} />}
    </section>
  )
}
