import { Autocomplete, NativeSelect, Switch } from '@mantine/core'
import { IconBucket } from '@tabler/icons-react'
import { Choice } from '../../components/choice.tsx'
import { kmsEncryption, type ConnectionForm } from '../../connection/form.ts'
import { endpointOf, serviceIds, services, type ServiceId } from '../../connection/services.ts'
import { texts } from '../../texts/texts.ts'
import { BrowseField } from './browseField.tsx'
import { idOf, useEditor } from './editor.ts'
import { FoundNote, FoundTag } from './foundNote.tsx'
import { StorageAddressHint } from './hints.tsx'
import { SecretInput } from './secretInput.tsx'
import { More, Row, Section } from './section.tsx'
import { TextField } from './textField.tsx'

/** Where the documents go: the service, the bucket, the keys to it. */
export function BucketSection() {
  const { form, change } = useEditor()
  const { hint, asks } = services[form.service]
  return (
    <Section title={texts.connection.bucket} icon={IconBucket} from={texts.connection.bucketFromHere}>
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
        <TextField label={texts.connection.bucket} field="bucket" placeholder={texts.connection.exampleBucket} />
        {asks === 'region' && <RegionField />}
      </Row>
      {asks !== 'address' && form.service !== 'aws' && (
        <p className="hint">{texts.connection.address(<code>{endpointOf(form.service, form)}</code>)}</p>
      )}
      <Row columns="halves">
        <TextField label={texts.connection.accessKey} field="accessKey" />
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
        <TextField
          label={texts.connection.storageClass}
          field="storageClass"
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
  return <TextField label={texts.connection.keyIdOrArn} field="kmsKey" placeholder={texts.connection.kmsKeyHint} />
}

function AddressFields() {
  const { form, change } = useEditor()
  return (
    <>
      <Row columns="halves">
        <TextField
          label={texts.connection.addressLabel}
          field="endpoint"
          placeholder={services[form.service].pattern}
        />
        <TextField label={texts.connection.region} field="region" placeholder={services[form.service].region} />
      </Row>
      {form.service === 'other' && (
        <Switch
          label={texts.connection.pathStyleUrls}
          description={texts.connection.pathStyleHint}
          checked={form.pathStyle}
          onChange={(event) => change({ pathStyle: event.currentTarget.checked })}
        />
      )}
      <StorageAddressHint />
    </>
  )
}

function AccountField() {
  return (
    <TextField label={texts.connection.accountId} field="account" placeholder={texts.connection.exampleAccountId} />
  )
}

function RegionField() {
  const { form, draft, errors, change, leave } = useEditor()
  const taken = draft.notes.region?.taken
  return (
    <div>
      <Autocomplete
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        description={taken && <FoundTag piece={taken.piece} />}
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
      <FoundNote field="region" />
    </div>
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
