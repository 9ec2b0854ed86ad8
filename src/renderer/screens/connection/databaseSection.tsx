import { NativeSelect, TextInput } from '@mantine/core'
import { IconDatabase } from '@tabler/icons-react'
import { texts } from '../../texts/texts.ts'
import { BrowseField } from './browseField.tsx'
import { useEditor, useText } from './editor.ts'
import { useOutcome } from './outcome.ts'
import { SecretInput } from './secretInput.tsx'
import { More, Row, Section } from './section.tsx'

const encryptions = [
  { value: '', label: texts.connection.sslPrefer },
  { value: 'disable', label: texts.connection.sslDisable },
  { value: 'require', label: texts.connection.sslRequire },
  { value: 'verify-ca', label: texts.connection.sslVerifyCa },
  { value: 'verify-full', label: texts.connection.sslVerifyFull },
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
    <Section title={texts.connection.database} icon={IconDatabase} {...useOutcome('database')}>
      <Row columns="host">
        <TextInput
          label={form.place === 'server' ? texts.connection.hostFromServer : texts.connection.host}
          {...useText('dbHost')}
          placeholder="127.0.0.1"
        />
        <TextInput label={texts.connection.port} {...useText('dbPort')} placeholder="5432" inputMode="numeric" />
      </Row>
      {form.place === 'server' && <p className="hint">{texts.connection.databaseOverSshHint}</p>}
      <Row columns="halves">
        <TextInput
          label={texts.connection.database}
          {...useText('dbName')}
          placeholder={texts.connection.exampleName}
        />
        <TextInput label={texts.connection.user} {...useText('dbUser')} placeholder={texts.connection.exampleName} />
      </Row>
      <SecretInput name="POSTGRES_PASSWORD" label={texts.connection.password} />
      <More summary={texts.connection.encryptionAndTimeout} opened={!isFolded}>
        <NativeSelect
          label={texts.connection.encryptedConnection}
          data={known ? encryptions : [...encryptions, { value: form.dbTls, label: form.dbTls }]}
          id={tls.id}
          value={tls.value}
          onChange={tls.onChange}
        />
        {form.dbTls.startsWith('verify') && (
          <BrowseField label={texts.connection.caCertificate} field="dbCertificate" what="certificate" />
        )}
        <TextInput
          label={texts.connection.otherConnectionParameters}
          description={texts.connection.parametersHint}
          {...useText('dbParameters')}
          placeholder={texts.connection.exampleParameters}
        />
        <TextInput label={texts.connection.statementTimeoutInSeconds} {...useText('dbTimeout')} placeholder="60" />
      </More>
    </Section>
  )
}
