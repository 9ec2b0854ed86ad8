import { Button } from '@mantine/core'
import type { ChosenFile } from '../../../shared/ipc.ts'
import type { FormTexts } from '../../connection/form.ts'
import { useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { useEditor } from './editor.ts'
import classes from './fields.module.css'
import { TextField } from './textField.tsx'

interface BrowseFieldProps {
  label: string
  field: Extract<keyof FormTexts, 'uploads' | 'dbCertificate' | 'caFile'>
  what: ChosenFile
  placeholder?: string
}

/** A path of this computer, typed or chosen in the platform's own dialog. */
export function BrowseField({ label, field, what, placeholder }: BrowseFieldProps) {
  const { api } = useStores()
  const { change } = useEditor()
  const browse = async () => {
    const reply = await api.files.choose(what)
    if (reply.ok && reply.value !== null) change({ [field]: reply.value })
  }
  return (
    <div className={classes.field}>
      <div className={classes.input}>
        <TextField label={label} placeholder={placeholder} field={field} />
      </div>
      <Button variant="default" className={classes.button ?? ''} onClick={() => void browse()}>
        {texts.connection.choose}
      </Button>
    </div>
  )
}
