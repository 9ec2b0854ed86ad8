import { IconDeviceDesktop, IconServer2 } from '@tabler/icons-react'
import { Choice } from '../../components/choice.tsx'
import { Checkbox, TextInput } from '@mantine/core'
import { useStores, useSshHosts } from '../../stores/context.tsx'
import { useEditor, useText } from './editor.ts'
import { HostField } from './hostField.tsx'
import { ListField } from './listField.tsx'
import { SecretInput } from './secretInput.tsx'
import { More, Row, Section } from './section.tsx'
import { useOutcome } from './outcome.ts'

/** Where Readur's database and files lie: on this computer, or on a server that SSH leads to. */
export function ServerSection() {
  const { form, change } = useEditor()
  return (
    <Section title="Where Readur runs" icon={IconServer2} {...useOutcome('server')}>
      <Choice
        label="Where Readur runs"
        value={form.place}
        onChange={(place) => change({ place })}
        options={[
          {
            value: 'here',
            label: 'This computer',
            detail: 'Database and files are reached from here.',
            icon: <IconDeviceDesktop size={20} stroke={1.75} aria-hidden />,
          },
          {
            value: 'server',
            label: 'A server, over SSH',
            detail: 'Nothing has to be installed there.',
            icon: <IconServer2 size={20} stroke={1.75} aria-hidden />,
          },
        ]}
      />
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
        <TextInput label="User" placeholder={known?.user} {...useText('sshUser')} />
        <TextInput
          label="Port"
          placeholder={known?.port.toString() ?? '22'}
          {...useText('sshPort')}
          inputMode="numeric"
        />
      </Row>
      <More
        summary={summaryOf(form.keyFiles.length, form.jumps.length)}
        opened={form.keyFiles.length + form.jumps.length > 0 || form.allowsSshRsa || errors.jumps !== undefined}
      >
        <ListField
          label="Key files"
          description="Empty: the keys that ~/.ssh/config names, those of the SSH agent, and the usual ones."
          noun="key file"
          values={form.keyFiles}
          placeholder="/home/me/.ssh/id_ed25519"
          onChange={(keyFiles) => change({ keyFiles })}
          onBrowse={browse}
        />
        <ListField
          label="Jump hosts, in the order in which they are passed"
          description="Empty: as ~/.ssh/config says."
          noun="jump host"
          values={form.jumps}
          placeholder="user@bastion.example.org:22"
          error={errors.jumps}
          onChange={(jumps) => change({ jumps })}
        />
        <Row columns="halves">
          <SecretInput name="SSH_PASSPHRASE" label="Passphrase of the key" placeholder="Asked when it is needed" />
          <SecretInput name="SSH_PASSWORD" label="Password on the server" placeholder="Asked when it is needed" />
        </Row>
        <Checkbox
          label="Allow ssh-rsa"
          description="Only for a server too old to sign with anything else. ssh-rsa relies on SHA-1, which is considered broken."
          checked={form.allowsSshRsa}
          onChange={(event) => change({ allowsSshRsa: event.currentTarget.checked })}
        />
      </More>
    </>
  )
}

function summaryOf(keys: number, jumps: number): string {
  const parts = [
    keys > 0 && `${keys} ${keys === 1 ? 'key file' : 'key files'}`,
    jumps > 0 && `${jumps} ${jumps === 1 ? 'jump host' : 'jump hosts'}`,
  ].filter((it) => it !== false)
  return parts.length === 0 ? 'Keys, jump hosts, password' : `Keys, jump hosts, password: ${parts.join(', ')}`
}
