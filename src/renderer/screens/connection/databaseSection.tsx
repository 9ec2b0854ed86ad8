import { NativeSelect, TextInput } from '@mantine/core'
import { IconDatabase } from '@tabler/icons-react'
import { BrowseField } from './browseField.tsx'
import { useEditor, useText } from './editor.ts'
import { useOutcome } from './outcome.ts'
import { SecretInput } from './secretInput.tsx'
import { More, Row, Section } from './section.tsx'

const encryptions = [
  { value: '', label: 'Where the server offers it (prefer)' },
  { value: 'disable', label: 'Never (disable)' },
  { value: 'require', label: 'Always, whatever its certificate (require)' },
  { value: 'verify-ca', label: 'Always, with a trusted certificate (verify-ca)' },
  { value: 'verify-full', label: 'Always, with a trusted certificate of this host (verify-full)' },
]

/** Readur's PostgreSQL. */
export function DatabaseSection() {
  const { form } = useEditor()
  const tls = useText('dbTls')
  const { dbTls, dbCertificate, dbParameters, dbTimeout } = form
  const isFolded = [dbTls, dbCertificate, dbParameters, dbTimeout].every((it) => it === '')
  // Others that libpq knows are kept as they are.
  const known = encryptions.some(({ value }) => value === form.dbTls)
  return (
    <Section title="Database" icon={IconDatabase} {...useOutcome('database')}>
      <Row columns="host">
        <TextInput
          label={form.place === 'server' ? 'Host, as the server sees it' : 'Host'}
          {...useText('dbHost')}
          placeholder="127.0.0.1"
        />
        <TextInput label="Port" {...useText('dbPort')} placeholder="5432" inputMode="numeric" />
      </Row>
      {form.place === 'server' && (
        <p className="hint">127.0.0.1 is the server itself. No port has to be opened: everything goes through SSH.</p>
      )}
      <Row columns="halves">
        <TextInput label="Database" {...useText('dbName')} placeholder="readur" />
        <TextInput label="User" {...useText('dbUser')} placeholder="readur" />
      </Row>
      <SecretInput name="POSTGRES_PASSWORD" label="Password" />
      <More summary="Encryption and time limit" opened={!isFolded}>
        <NativeSelect
          label="Encrypted connection"
          data={known ? encryptions : [...encryptions, { value: form.dbTls, label: form.dbTls }]}
          id={tls.id}
          value={tls.value}
          onChange={tls.onChange}
        />
        {form.dbTls.startsWith('verify') && (
          <BrowseField label="Certificate of the authority" field="dbCertificate" what="certificate" />
        )}
        <TextInput
          label="Other connection parameters"
          description="As in DATABASE_URL after the question mark."
          {...useText('dbParameters')}
          placeholder="channel_binding=require&sslcrl=/etc/ssl/revoked.pem"
        />
        <TextInput label="Time limit of a statement, in seconds" {...useText('dbTimeout')} placeholder="60" />
      </More>
    </Section>
  )
}
