import { Autocomplete, NativeSelect, Switch, TextInput } from '@mantine/core'
import { IconBucket } from '@tabler/icons-react'
import { Choice } from '../../components/choice.tsx'
import { kmsEncryption, type ConnectionForm } from '../../connection/form.ts'
import { endpointOf, serviceIds, services, type ServiceId } from '../../connection/services.ts'
import { texts } from '../../texts/texts.ts'
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
    <Section title={texts.connection.bucket} icon={IconBucket} {...useOutcome('bucket')}>
      <Choice
        label={texts.connection.storageService}
        value={form.service}
        onChange={(service) => change(changeOfService(form, service))}
        options={serviceIds.map((id) => ({ value: id, label: services[id].label }))}
      />
      {hint !== null && <p className="hint">{hint}</p>}
      {asks === 'address' && <AddressFields />}
      {asks === 'account' && <AccountField />}
      <Row columns="halves">
        <TextInput
          label={texts.connection.bucket}
          {...useText('bucket')}
          placeholder={texts.connection.exampleBucket}
        />
        {asks === 'region' && <RegionField />}
      </Row>
      {asks !== 'address' && form.service !== 'aws' && (
        <p className="hint">{texts.connection.address(<code>{endpointOf(form.service, form)}</code>)}</p>
      )}
      <Row columns="halves">
        <TextInput label={texts.connection.accessKey} {...useText('accessKey')} />
        <SecretInput name="S3_SECRET_ACCESS_KEY" label={texts.connection.secretKey} />
      </Row>
      <StorageOptions />
      <More summary={texts.connection.certificateAuthority} opened={form.caFile !== ''}>
        <BrowseField
          label={texts.connection.caFile}
          field="caFile"
          what="certificate"
          placeholder={texts.connection.exampleCaFile}
        />
        <p className="hint">{texts.connection.caFileHint}</p>
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
        <TextInput
          label={texts.connection.storageClass}
          {...useText('storageClass')}
          placeholder={texts.connection.bucketDefault}
        />
        <NativeSelect
          label={texts.connection.encryption}
          value={form.encryption}
          onChange={(event) => change({ encryption: event.currentTarget.value })}
          data={[
            { value: '', label: texts.connection.bucketDefault },
            { value: 'AES256', label: texts.connection.encryptionSseS3 },
            { value: kmsEncryption, label: texts.connection.encryptionSseKms },
          ]}
        />
      </Row>
      {form.encryption === kmsEncryption && <KmsKeyField />}
    </>
  )
}

function KmsKeyField() {
  return (
    <TextInput label={texts.connection.keyIdOrArn} {...useText('kmsKey')} placeholder={texts.connection.kmsKeyHint} />
  )
}

function AddressFields() {
  const { form, change } = useEditor()
  return (
    <>
      <Row columns="halves">
        <TextInput
          label={texts.connection.addressLabel}
          {...useText('endpoint')}
          placeholder={services[form.service].pattern}
        />
        <TextInput label={texts.connection.region} {...useText('region')} placeholder={services[form.service].region} />
      </Row>
      {form.service === 'other' && (
        <Switch
          label={texts.connection.pathStyleUrls}
          description={texts.connection.pathStyleHint}
          checked={form.pathStyle}
          onChange={(event) => change({ pathStyle: event.currentTarget.checked })}
        />
      )}
    </>
  )
}

function AccountField() {
  return (
    <TextInput
      label={texts.connection.accountId}
      {...useText('account')}
      placeholder={texts.connection.exampleAccountId}
    />
  )
}

function RegionField() {
  const { form, errors, change, leave } = useEditor()
  return (
    <Autocomplete
      id={idOf('region')}
      label={texts.connection.region}
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
