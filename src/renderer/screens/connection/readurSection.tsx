import { TextInput } from '@mantine/core'
import { IconWorld } from '@tabler/icons-react'
import { texts } from '../../texts/texts.ts'
import { useText } from './editor.ts'
import { SecretInput } from './secretInput.tsx'
import { Section } from './section.tsx'

/** Where Readur is opened in a browser, and how it is asked for documents: nothing of a migration needs it. */
export function ReadurSection() {
  return (
    <Section title={texts.connection.readur} icon={IconWorld}>
      <TextInput
        label={texts.connection.readursAddressInTheBrowserOptional}
        {...useText('readurUrl')}
        placeholder={texts.connection.exampleAddress}
      />
      <SecretInput
        name="READUR_TOKEN"
        label={texts.connection.administratorsApiKeyOptional}
        placeholder={texts.connection.forTryingReadurBeforeTheSwitch}
      />
    </Section>
  )
}
