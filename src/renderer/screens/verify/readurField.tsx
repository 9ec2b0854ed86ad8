import { Button, NumberInput } from '@mantine/core'
import { optionLimits } from '../../../shared/run.ts'
import { useNavigation } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { useReadurAddress } from './useReadurAddress.ts'
import classes from './validate.module.css'

interface ReadurFieldProps {
  profileId: string
  documents: number | string
  error: string | null
  onChange: (documents: number | string) => void
}

const lackingWords = {
  address: texts.validate.readurIsntAsked,
  token: texts.validate.readurIsntAskedThisConnectionHasNoAdministratorsApiKey,
}

/** How many documents are downloaded as users get them; or what the connection lacks for that. */
export function ReadurField({ profileId, documents, error, onChange }: ReadurFieldProps) {
  const lacking = useReadurAddress(profileId)
  const go = useNavigation((state) => state.go)
  if (lacking === undefined) return null
  if (lacking) {
    return (
      <>
        <p className={classes.hint}>{texts.validate.validatedAnyway(lackingWords[lacking])}</p>
        <Button variant="default" size="compact-sm" onClick={() => go({ name: 'connection', profileId })}>
          {texts.validate.editConnection}
        </Button>
      </>
    )
  }
  return (
    <NumberInput
      className={classes.documents ?? ''}
      label={texts.validate.documentsToDownload}
      description={texts.validate.numberOfRandomDocumentsToCompare}
      {...optionLimits.documents}
      clampBehavior="none"
      allowDecimal={false}
      value={documents}
      error={error}
      onChange={onChange}
    />
  )
}
