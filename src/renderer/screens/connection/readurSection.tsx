import { TextInput } from '@mantine/core'
import { IconWorld } from '@tabler/icons-react'
import { useText } from './editor.ts'
import { Section } from './section.tsx'

/** Where Readur is opened in a browser: nothing of a migration needs it. */
export function ReadurSection() {
  return (
    <Section title="Readur’s address" icon={IconWorld}>
      <TextInput
        label="Where you open Readur in a browser (optional)"
        {...useText('readurUrl')}
        placeholder="https://readur.example.org"
      />
    </Section>
  )
}
