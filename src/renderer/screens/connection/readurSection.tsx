import { TextInput } from '@mantine/core'
import { IconWorld } from '@tabler/icons-react'
import { useText } from './editor.ts'
import { SecretInput } from './secretInput.tsx'
import { Section } from './section.tsx'

/** Where Readur is opened in a browser, and how it is asked for documents: nothing of a migration needs it. */
export function ReadurSection() {
  return (
    <Section title="Readur" icon={IconWorld}>
      <TextInput
        label="Where you open Readur in a browser (optional)"
        {...useText('readurUrl')}
        placeholder="https://readur.example.org"
      />
      <SecretInput
        name="READUR_TOKEN"
        label="API key of an administrator (optional)"
        placeholder="To try Readur before the switch, and in a validation"
      />
    </Section>
  )
}
