import { IconDeviceDesktop, IconServer2 } from '@tabler/icons-react'
import { Choice } from '../../components/choice.tsx'
import { Checkbox } from '@mantine/core'
import { useStores, useSshHosts } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { placeId, useEditor } from './editor.ts'
import { Hint } from './hints.tsx'
import { isOfServer } from '../../connection/fill.ts'
import { HostField } from './hostField.tsx'
import { ListField } from './listField.tsx'
import { SecretInput } from './secretInput.tsx'
import { More, Row, Section } from './section.tsx'
import { TextField } from './textField.tsx'

/** Where Readur's database and files lie: on this computer, or on a server that SSH leads to. */
export function ServerSection() {
  const { form, draft, change } = useEditor()
  return (
    <Section title={texts.connection.whereReadurRuns} icon={IconServer2}>
      <div id={placeId}>
        <Choice
          label={texts.connection.whereReadurRuns}
          value={form.place}
          onChange={(place) => change({ place })}
          options={[
            {
              value: 'here',
              label: texts.connection.thisComputerChoice,
              detail: texts.connection.thisComputerMeans,
              icon: <IconDeviceDesktop size={20} stroke={1.75} aria-hidden />,
            },
            {
              value: 'server',
              label: texts.connection.serverChoice,
              detail: texts.connection.serverMeans,
              icon: <IconServer2 size={20} stroke={1.75} aria-hidden />,
            },
          ]}
        />
      </div>
      {form.place === 'here' && isOfServer(draft.notes) && <Hint words={texts.connection.isThisTheComputer} />}
      {form.place === 'server' && <ServerFields />}
    </Section>
  )
}

function ServerFields() {
  const { form, errors, change } = useEditor()
  const { api } = useStores()
  const resolved = useSshHosts((state) => state.resolved)
  const known = resolved?.problem === null ? resolved : null
  const browse = async () => {
    const reply = await api.files.choose('key file')
    return reply.ok ? reply.value : null
  }
  return (
    <>
      <HostField />
      <Row columns="host">
        <TextField label={texts.connection.user} placeholder={known?.user} field="sshUser" />
        <TextField
          label={texts.connection.port}
          placeholder={known?.port.toString() ?? '22'}
          field="sshPort"
          inputMode="numeric"
        />
      </Row>
      <More
        summary={summaryOf(form.keyFiles.length, form.jumps.length)}
        opened={form.keyFiles.length + form.jumps.length > 0 || form.allowsSshRsa || errors.jumps !== undefined}
      >
        <ListField
          label={texts.connection.keyFiles}
          description={texts.connection.keyFilesHint}
          words={texts.connection.keyFileList}
          values={form.keyFiles}
          placeholder={texts.connection.exampleKeyFile}
          onChange={(keyFiles) => change({ keyFiles })}
          onBrowse={browse}
        />
        <ListField
          label={texts.connection.jumpHostsLabel}
          description={texts.connection.jumpHostsHint}
          words={texts.connection.jumpHostList}
          values={form.jumps}
          placeholder={texts.connection.exampleJumpHost}
          error={errors.jumps}
          onChange={(jumps) => change({ jumps })}
        />
        <Row columns="halves">
          <SecretInput
            name="SSH_PASSPHRASE"
            label={texts.connection.passphraseForTheKey}
            placeholder={texts.connection.askedForWhenNeeded}
          />
          <SecretInput
            name="SSH_PASSWORD"
            label={texts.connection.passwordForTheServer}
            placeholder={texts.connection.askedForWhenNeeded}
          />
        </Row>
        <Checkbox
          label={texts.connection.allowSshRsa}
          description={texts.connection.sshRsaMeans}
          checked={form.allowsSshRsa}
          onChange={(event) => change({ allowsSshRsa: event.currentTarget.checked })}
        />
      </More>
    </>
  )
}

function summaryOf(keys: number, jumps: number): string {
  const parts = [keys > 0 && texts.nouns.keyFile(keys), jumps > 0 && texts.nouns.jumpHost(jumps)].filter(
    (it) => it !== false,
  )
  return parts.length === 0 ? texts.connection.keysJumpHostsPassword : texts.connection.keysAnd(parts.join(', '))
}
