import { Button, Textarea } from '@mantine/core'
import { useId, useState } from 'react'
import { Choice } from '../../components/choice.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Notice } from '../../components/notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { takenIn } from '../../connection/fill.ts'
import { draftOf, secretChangesOf } from '../../connection/form.ts'
import { useDiscovery, useDrafts } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { useEditor } from './editor.ts'
import classes from './fillPanel.module.css'

/** Where Readur's own settings can be had from, so that nobody copies them field by field; and what came of it. */
export function FillPanel() {
  const { chooseFile, reading, error, notes, found } = useDiscovery((state) => state)
  const [pasting, setPasting] = useState(false)
  return (
    <Panel title={texts.connection.fillInFrom}>
      <div className={classes.body}>
        {found ? <Filled /> : <p className="hint">{texts.connection.importHint}</p>}
        <div className={classes.ways}>
          <Button variant="default" loading={reading} onClick={() => void chooseFile()}>
            {texts.connection.chooseAFile}
          </Button>
          <Button variant="default" aria-expanded={pasting} onClick={() => setPasting(!pasting)}>
            {texts.connection.pasteText}
          </Button>
          <SearchButton />
        </div>
        {pasting && <PastedText onDone={() => setPasting(false)} />}
        {error && <ErrorCard error={error} />}
        {notes.map(({ message, remedy }) => (
          <Notice key={message} tone="warn" title={message}>
            {remedy !== null && <p>{remedy}</p>}
          </Notice>
        ))}
      </div>
    </Panel>
  )
}

/** What was found, and the way back. */
function Filled() {
  const { key, draft } = useEditor()
  const { found, chosen, choose, forget } = useDiscovery((state) => state)
  const unfill = useDrafts((state) => state.unfill)
  const one = found?.[chosen]
  if (!found || !one) return null
  const open = Object.values(draft.notes).filter(({ choice }) => choice !== null).length
  return (
    <>
      <div role="status" className={classes.filled}>
        <p>{texts.connection.filledIn({ count: takenIn(draft.notes), source: one.source })}</p>
        {open > 0 && <p>{texts.connection.toChoose(open)}</p>}
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            unfill(key)
            forget()
          }}
        >
          {texts.connection.undo}
        </Button>
      </div>
      {found.length > 1 && (
        <Choice
          label={texts.connection.readurServer}
          value={chosen.toString()}
          onChange={(index) => choose(Number(index))}
          options={found.map(({ source }, index) => ({ value: index.toString(), label: source }))}
        />
      )}
      {one.notes.map(({ message, remedy }) => (
        <details key={message} className={classes.note}>
          <summary>{message}</summary>
          {remedy !== null && <p>{remedy}</p>}
        </details>
      ))}
    </>
  )
}

function PastedText({ onDone }: { onDone: () => void }) {
  const readText = useDiscovery((state) => state.readText)
  const [text, setText] = useState('')
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        // The text may hold secrets: it does not stay.
        onDone()
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
        {texts.connection.fillIn}
      </Button>
    </form>
  )
}

/** Looks where Readur runs, once that is known. */
function SearchButton() {
  const { form, draft, profileId } = useEditor()
  const searchServer = useDiscovery((state) => state.searchServer)
  const searching = useDiscovery((state) => state.searching)
  const why = useId()
  const isServer = form.place === 'server'
  const isUnknown = isServer && form.sshHost.trim() === ''
  return (
    <>
      <Button
        variant="default"
        loading={searching}
        disabled={isUnknown}
        aria-describedby={why}
        onClick={() =>
          void searchServer({ profileId, draft: draftOf(form), secrets: secretChangesOf(form, draft.saved) })
        }
      >
        {isServer ? texts.connection.searchServer : texts.connection.searchThisComputer}
      </Button>
      <p id={why} className="hint">
        {isUnknown ? texts.connection.searchNeedsHost : texts.connection.searchHint}
      </p>
    </>
  )
}
