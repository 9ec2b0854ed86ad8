import { Autocomplete, NativeSelect, Switch, TextInput } from '@mantine/core'
import { IconBucket } from '@tabler/icons-react'
import { Choice } from '../../components/choice.tsx'
import { kmsEncryption, type ConnectionForm } from '../../connection/form.ts'
import { endpointOf, serviceIds, services, type ServiceId } from '../../connection/services.ts'
import { BrowseField } from './browseField.tsx'
import { idOf, useEditor, useText } from './editor.ts'
import { useOutcome } from './outcome.ts'
import { SecretInput } from './secretInput.tsx'
import { More, Row, Section } from './section.tsx'

/** Where the documents go: the service, the bucket, the keys to it. */
export function BucketSection() {
  const { form, change } = useEditor()
  const { hint, asks } = services[form.service]
  return (
    <Section title="Bucket" icon={IconBucket} {...useOutcome('bucket')}>
      <Choice
        label="Storage service"
        value={form.service}
        onChange={(service) => change(changeOfService(form, service))}
        options={serviceIds.map((id) => ({ value: id, label: services[id].label }))}
      />
      {hint !== null && <p className="hint">{hint}</p>}
      {asks === 'address' && <AddressFields />}
      {asks === 'account' && <AccountField />}
      <Row columns="halves">
        <TextInput label="Bucket" {...useText('bucket')} placeholder="readur-documents" />
        {asks === 'region' && <RegionField />}
      </Row>
      {asks !== 'address' && form.service !== 'aws' && (
        <p className="hint">
          Address: <code>{endpointOf(form.service, form)}</code>
        </p>
      )}
      <Row columns="halves">
        <TextInput label="Access key" {...useText('accessKey')} />
        <SecretInput name="S3_SECRET_ACCESS_KEY" label="Secret key" />
      </Row>
      <StorageOptions />
      <More summary="Certificate authority" opened={form.caFile !== ''}>
        <BrowseField label="CA file" field="caFile" what="certificate" placeholder="/etc/ssl/own-ca.pem" />
        <p className="hint">
          Certificates (PEM) of your own authority, for storage service, Readur and database. Public authorities stay
          trusted.
        </p>
      </More>
    </Section>
  )
}

/** How the service is to store what it gets. Left empty: as the bucket has it. */
function StorageOptions() {
  const { form, change } = useEditor()
  return (
    <>
      <Row columns="halves">
        <TextInput label="Storage class" {...useText('storageClass')} placeholder="As the bucket says" />
        <NativeSelect
          label="Encryption"
          value={form.encryption}
          onChange={(event) => change({ encryption: event.currentTarget.value })}
          data={[
            { value: '', label: 'As the bucket says' },
            { value: 'AES256', label: 'Key of the storage service (SSE-S3)' },
            { value: kmsEncryption, label: 'Key management (SSE-KMS)' },
          ]}
        />
      </Row>
      {form.encryption === kmsEncryption && <KmsKeyField />}
    </>
  )
}

function KmsKeyField() {
  return <TextInput label="Key ID or ARN" {...useText('kmsKey')} placeholder="Leave empty for the default key" />
}

function AddressFields() {
  const { form, change } = useEditor()
  return (
    <>
      <Row columns="halves">
        <TextInput label="Address" {...useText('endpoint')} placeholder={services[form.service].pattern} />
        <TextInput label="Region" {...useText('region')} placeholder={services[form.service].region} />
      </Row>
      {form.service === 'other' && (
        <Switch
          label="Name the bucket in the path (path style)"
          description="Off: the bucket is part of the host name, bucket.s3.example.org."
          checked={form.pathStyle}
          onChange={(event) => change({ pathStyle: event.currentTarget.checked })}
        />
      )}
    </>
  )
}

function AccountField() {
  return <TextInput label="Account ID" {...useText('account')} placeholder="0123456789abcdef0123456789abcdef" />
}

function RegionField() {
  const { form, errors, change, leave } = useEditor()
  return (
    <Autocomplete
      id={idOf('region')}
      label="Region"
      data={[...services[form.service].regions]}
      value={form.region}
      error={errors.region}
      placeholder={services[form.service].regions[0] ?? ''}
      autoComplete="off"
      spellCheck={false}
      maxDropdownHeight={220}
      onChange={(region) => change({ region })}
      onBlur={() => leave('region')}
    />
  )
}

/** What is typed stays; what follows from the service changes with it. */
function changeOfService(form: ConnectionForm, service: ServiceId): Partial<ConnectionForm> {
  const isDefault = form.region === services[form.service].region
  const next = services[service]
  const fits = next.asks === 'address' || next.regions.length === 0 || next.regions.includes(form.region)
  return {
    service,
    pathStyle: next.pathStyle,
    region: service === 'r2' || isDefault || !fits ? next.region : form.region,
  }
}
