import { NativeSelect } from '@mantine/core'
import { IconDatabase } from '@tabler/icons-react'
import { texts } from '../../texts/texts.ts'
import { BrowseField } from './browseField.tsx'
import { useEditor, useText } from './editor.ts'
import { SecretInput } from './secretInput.tsx'
import { DatabaseHostHint } from './hints.tsx'
import { More, Row, Section } from './section.tsx'
import { TextField } from './textField.tsx'

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
    <Section
      title={texts.connection.database}
      icon={IconDatabase}
      from={
        form.place === 'server' ? texts.connection.fromServer(form.sshHost.trim()) : texts.connection.fromThisComputer
      }
    >
      <Row columns="host">
        <TextField
          label={form.place === 'server' ? texts.connection.hostFromServer : texts.connection.host}
          field="dbHost"
          placeholder="127.0.0.1"
        />
        <TextField label={texts.connection.port} field="dbPort" placeholder="5432" inputMode="numeric" />
      </Row>
      <DatabaseHostHint />
      {form.place === 'server' && <p className="hint">{texts.connection.databaseOverSshHint}</p>}
      <Row columns="halves">
        <TextField label={texts.connection.database} field="dbName" placeholder={texts.connection.exampleName} />
        <TextField label={texts.connection.user} field="dbUser" placeholder={texts.connection.exampleName} />
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
        <TextField
          label={texts.connection.otherConnectionParameters}
          description={texts.connection.parametersHint}
          field="dbParameters"
          placeholder={texts.connection.exampleParameters}
        />
        <TextField label={texts.connection.statementTimeoutInSeconds} field="dbTimeout" placeholder="60" />
      </More>
    </Section>
  )
}
