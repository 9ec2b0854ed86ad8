import { ActionIcon, Button, Menu } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import { DropArea } from '../../components/dropArea.tsx'
import { CheckPanel } from '../../components/check/checkPanel.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Screen } from '../../components/screen.tsx'
import { freeName, isOfServer } from '../../connection/fill.ts'
import { firstOf, missingIn } from '../../connection/validation.ts'
import { useDiscovery, useDoctor, useDrafts, useStores } from '../../stores/context.tsx'
import { isChanged, newConnection } from '../../stores/drafts.ts'
import { Keys } from '../../components/keys.tsx'
import { texts } from '../../texts/texts.ts'
import { BucketSection } from './bucketSection.tsx'
import classes from './connectionScreen.module.css'
import { DatabaseSection } from './databaseSection.tsx'
import {
  type Editor,
  EditorContext,
  focusField,
  idOf,
  placeId,
  saveButtonId,
  useEditor,
  useNewEditor,
} from './editor.ts'
import { EnvFileSection } from './envFileSection.tsx'
import { FillPanel } from './fillPanel.tsx'
import { ServerSection } from './serverSection.tsx'
import { UploadsSection } from './uploadsSection.tsx'
import { useOrders } from './orders.ts'
import { TextField } from './textField.tsx'
import { IconDots, IconKeyOff, IconWorld } from '@tabler/icons-react'
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
  const { form, draft, profileId, key } = editor
  const { save, saveAndCheck } = useOrders(editor)
  useHotkeys(
    [
      ['mod+S', () => void save()],
      ['mod+Enter', () => void saveAndCheck()],
    ],
    [],
  )
  useFilling(editor)
  useWanted(editor)
  const checked = useDoctor((state) => state.profileId === profileId && profileId !== null)
  const isOld = isChanged(draft)
  return (
    <Screen back title={titleOf(editor)}>
      {draft.error && <ErrorCard error={draft.error} onRetry={() => void save()} />}
      <div className={classes.columns}>
        <div className={classes.main}>
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
          <Footer onSave={() => void save()} onCheck={() => void saveAndCheck()} />
        </div>
        <div className={classes.rail}>
          {checked && <CheckPanel profileId={key} isOld={isOld} onField={focusField} />}
          {form.envFile === null && <FillPanel />}
        </div>
      </div>
      <DropSettings />
    </Screen>
  )
}

/** What was found goes straight into the fields; the cursor, to what is still to be said. */
function useFilling({ key, profileId }: Editor) {
  const { drafts, profiles } = useStores()
  const found = useDiscovery((state) => state.found)
  const chosen = useDiscovery((state) => state.chosen)
  const filledFrom = useRef<typeof found>(null)
  useEffect(() => {
    const one = found?.[chosen]
    if (!one) return
    const { fill, change } = drafts.getState()
    fill(key, one, filledFrom.current === found)
    filledFrom.current = found
    const draft = drafts.getState().drafts[key]
    if (!draft) return
    const others = (profiles.getState().profiles ?? []).map(({ name }) => name)
    if (profileId === null && draft.form.name.trim() === '') change(key, { name: freeName(others) })
    const isAsked = draft.form.place === 'here' && isOfServer(draft.notes)
    const next = firstOf(missingIn(draft.form, draft.saved))
    requestAnimationFrame(() => {
      const place = document.querySelector<HTMLElement>(`#${placeId} input:checked`)
      if (isAsked) place?.focus()
      else document.getElementById(next === null ? saveButtonId : idOf(next))?.focus()
    })
  }, [found, chosen, key, profileId, drafts, profiles])
}

/** Leads to the field that somebody was sent for from elsewhere. */
function useWanted({ missing }: Editor) {
  const wanted = useDrafts((state) => state.wanted)
  const want = useDrafts((state) => state.want)
  const first = firstOf(missing)
  useEffect(() => {
    if (wanted === null) return
    want(null)
    const field = wanted === 'missing' ? first : wanted
    if (field !== null) focusField(field)
  }, [wanted, want, first])
}

function titleOf({ profileId, form, draft }: Editor): string {
  if (profileId === null) return texts.connection.newConnection
  const name = draft.saved.name === '' ? form.name : draft.saved.name
  return name === '' ? texts.connection.connection : name
}

/** One primary button, at the end of the form and always in sight; once all passed, the check has the next step. */
function Footer({ onSave, onCheck }: { onSave: () => void; onCheck: () => void }) {
  const { draft, key, profileId } = useEditor()
  const reset = useDrafts((state) => state.reset)
  const forget = useDiscovery((state) => state.forget)
  const running = useDoctor((state) => state.running)
  const passed = useDoctor(({ profileId: of, snapshot }) => of === profileId && snapshot?.outcome === 'passed')
  const changed = isChanged(draft)
  return (
    <div className={classes.footer}>
      {changed && (
        <Button
          variant="subtle"
          onClick={() => {
            forget()
            reset(key)
          }}
        >
          {texts.connection.discardChanges}
        </Button>
      )}
      <Menu position="top-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={texts.connection.moreWays}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item rightSection={<Keys keys="mod+S" />} onClick={onSave}>
            {texts.connection.saveWithoutChecking}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button
        id={saveButtonId}
        variant={passed && !changed ? 'default' : 'filled'}
        loading={draft.saving}
        disabled={running}
        title={texts.connection.saveCtrlEnter}
        aria-keyshortcuts="Control+Enter"
        onClick={onCheck}
      >
        {texts.connection.saveAndCheck}
      </Button>
    </div>
  )
}

function NameField({ isNew }: { isNew: boolean }) {
  return (
    <div className={classes.name}>
      <TextField
        label={texts.connection.name}
        size="md"
        field="name"
        placeholder={texts.connection.myReadur}
        {...(isNew && { description: texts.connection.nameHint })}
      />
    </div>
  )
}

function DropSettings() {
  const readFiles = useDiscovery((state) => state.readFiles)
  return (
    <DropArea words={texts.connection.dropSettings} accepts={isNoJson} onFiles={(files) => void readFiles(files)} />
  )
}

/** That would be a state file. */
const isNoJson = (name: string): boolean => !/\.json$/i.test(name)

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
      <TextField
        label={texts.connection.readurAddressLabel}
        field="readurUrl"
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
