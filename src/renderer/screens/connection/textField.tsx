import { TextInput, type TextInputProps } from '@mantine/core'
import type { FormTexts } from '../../connection/form.ts'
import { useText } from './editor.ts'
import { FoundNote, FoundTag } from './foundNote.tsx'

interface TextFieldProps extends Omit<TextInputProps, 'value' | 'onChange' | 'onBlur' | 'error' | 'id'> {
  field: keyof FormTexts
}

/** A text of the form. Below it stands where its value was found, or else the hint. */
export function TextField({ field, description, ...props }: TextFieldProps) {
  const { note, ...input } = useText(field)
  return (
    <div>
      <TextInput
        {...props}
        {...input}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        description={note?.taken ? <FoundTag piece={note.taken.piece} /> : description}
      />
      <FoundNote field={field} />
    </div>
  )
}
