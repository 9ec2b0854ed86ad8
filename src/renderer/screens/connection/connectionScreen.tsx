import { Button, TextInput } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useEffect } from 'react'
import { DropArea } from '../../components/dropArea.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Screen } from '../../components/screen.tsx'
import { useDiscovery, useDrafts } from '../../stores/context.tsx'
import { isChanged, newConnection } from '../../stores/drafts.ts'
import { texts } from '../../texts/texts.ts'
import { BucketSection } from './bucketSection.tsx'
import classes from './connectionScreen.module.css'
import { DatabaseSection } from './databaseSection.tsx'
import { type Editor, EditorContext, testButtonId, useEditor, useNewEditor, useText } from './editor.ts'
import { EnvFileSection } from './envFileSection.tsx'
import { FoundPanel } from './foundPanel.tsx'
import { PasteBand } from './pasteBand.tsx'
import { ServerSection } from './serverSection.tsx'
import { TestPanel } from './testPanel.tsx'
import { UploadsSection } from './uploadsSection.tsx'
import { useOrders } from './orders.ts'
import { IconKeyOff, IconWorld } from '@tabler/icons-react'
import { SecretInput } from './secretInput.tsx'
import { Section } from './section.tsx'

/** Where a connection is made and changed. */
export function ConnectionScreen({ profileId }: { profileId: string | null }) {
  const open = useDrafts((state) => state.open)
  const error = useDrafts((state) => state.error)
  const key = profileId ?? newConnection
  useEffect(() => void open(key), [open, key])
  const editor = useNewEditor(profileId)
  if (editor) {
    return (
      <EditorContext value={editor}>
        <EditorView />
      </EditorContext>
    )
  }
  return (
    <Screen back title={texts.connection.connection}>
      {error ? (
        <ErrorCard error={error} onRetry={() => void open(key)} />
      ) : (
        <Loading what={texts.connection.theConnection} />
      )}
    </Screen>
  )
}

function EditorView() {
  const editor = useEditor()
  const { form, draft, profileId } = editor
  const { save, test } = useOrders(editor)
  useHotkeys(
    [
      ['mod+S', () => void save()],
      ['mod+Enter', () => void test()],
    ],
    [],
  )
  usePastedSettings()
  return (
    <Screen back title={titleOf(editor)} actions={<Actions onSave={() => void save()} onTest={() => void test()} />}>
      {draft.error && <ErrorCard error={draft.error} onRetry={() => void save()} />}
      <div className={classes.columns}>
        <div className={classes.main}>
          {form.envFile === null && <Discovery />}
          <KeepingNotice />
          <div className={classes.card}>
            <NameField isNew={profileId === null} />
            <ServerSection />
            {form.envFile === null ? (
              <>
                <DatabaseSection />
                <UploadsSection />
                <BucketSection />
                <ReadurSection />
              </>
            ) : (
              <EnvFileSection />
            )}
          </div>
        </div>
        <div className={classes.rail}>
          <TestPanel onTest={() => void test()} />
        </div>
      </div>
      <DropSettings />
    </Screen>
  )
}

function titleOf({ profileId, form, draft }: Editor): string {
  if (profileId === null) return texts.connection.newConnection
  const name = draft.saved.name === '' ? form.name : draft.saved.name
  return name === '' ? texts.connection.connection : name
}

function Actions({ onSave, onTest }: { onSave: () => void; onTest: () => void }) {
  const { draft, key } = useEditor()
  const reset = useDrafts((state) => state.reset)
  const changed = isChanged(draft)
  return (
    <>
      {changed && (
        <Button variant="subtle" onClick={() => reset(key)}>
          {texts.connection.discardChanges}
        </Button>
      )}
      <Button
        id={testButtonId}
        variant="default"
        title={texts.connection.testCtrlEnter}
        aria-keyshortcuts="Control+Enter"
        onClick={onTest}
      >
        {texts.connection.testConnection}
      </Button>
      <Button loading={draft.saving} title={texts.connection.saveCtrlS} aria-keyshortcuts="Control+S" onClick={onSave}>
        {texts.connection.save}
      </Button>
    </>
  )
}

function NameField({ isNew }: { isNew: boolean }) {
  return (
    <div className={classes.name}>
      <TextInput
        label={texts.connection.name}
        size="md"
        {...useText('name')}
        placeholder={texts.connection.myReadur}
        {...(isNew && { description: texts.connection.nameHint })}
      />
    </div>
  )
}

function Discovery() {
  const found = useDiscovery((state) => state.found)
  const chosen = useDiscovery((state) => state.chosen)
  return found ? <FoundPanel key={chosen} found={found} chosen={chosen} /> : <PasteBand />
}

/** What is pasted anywhere and holds more than one setting is looked through, wherever the cursor stands. */
function usePastedSettings() {
  const readText = useDiscovery((state) => state.readText)
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain') ?? ''
      const isInTextArea = event.target instanceof HTMLTextAreaElement
      const isInDialog = event.target instanceof Element && event.target.closest('[role="dialog"]') !== null
      if (isInTextArea || isInDialog || !looksLikeSettings(text)) return
      event.preventDefault()
      void readText(text)
    }
    document.addEventListener('paste', onPaste)
    return () => document.removeEventListener('paste', onPaste)
  }, [readText])
}

function DropSettings() {
  const readFiles = useDiscovery((state) => state.readFiles)
  return (
    <DropArea words={texts.connection.dropSettings} accepts={isNoJson} onFiles={(files) => void readFiles(files)} />
  )
}

/** That would be a state file. */
const isNoJson = (name: string): boolean => !/\.json$/i.test(name)

/** More than one line of settings, or a database address: nothing that belongs into a single field. */
export function looksLikeSettings(text: string): boolean {
  if (/^\s*postgres(ql)?:\/\/\S+\s*$/i.test(text)) return true
  if (/^\s*services\s*:/m.test(text)) return true
  return text.split('\n').filter((line) => /^\s*(export\s+)?[A-Z][A-Z0-9_]*\s*=/.test(line)).length > 1
}

/** Says so where secrets cannot be kept for good. */
function KeepingNotice() {
  const keeps = useDrafts((state) => state.keepsSecrets)
  if (keeps !== false) return null
  return (
    <p className={classes.notice}>
      <IconKeyOff size={16} stroke={1.75} aria-hidden className={classes.icon} />
      {texts.connection.noKeychain}
    </p>
  )
}

/** Where Readur is opened in a browser, and how it is asked for documents: nothing of a migration needs it. */
function ReadurSection() {
  return (
    <Section title={texts.connection.readur} icon={IconWorld}>
      <TextInput
        label={texts.connection.readurAddressLabel}
        {...useText('readurUrl')}
        placeholder={texts.connection.exampleAddress}
      />
      <SecretInput
        name="READUR_TOKEN"
        label={texts.connection.readurTokenLabel}
        placeholder={texts.connection.readurTokenHint}
      />
    </Section>
  )
}
