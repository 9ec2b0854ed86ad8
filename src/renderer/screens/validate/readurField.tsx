import { Button, NumberInput } from '@mantine/core'
import { optionLimits } from '../../../shared/run.ts'
import { useNavigation } from '../../stores/context.tsx'
import { useReadurAddress } from './useReadurAddress.ts'
import classes from './validate.module.css'

interface ReadurFieldProps {
  profileId: string
  documents: number | string
  error: string | null
  onChange: (documents: number | string) => void
}

const lackingWords = {
  address: 'Readur is not asked: this connection does not know its address.',
  token: 'Readur is not asked: this connection has no API key of an administrator to ask with.',
}

/** How many documents are downloaded as users get them; or what the connection lacks for that. */
export function ReadurField({ profileId, documents, error, onChange }: ReadurFieldProps) {
  const lacking = useReadurAddress(profileId)
  const go = useNavigation((state) => state.go)
  if (lacking === undefined) return null
  if (lacking) {
    return (
      <>
        <p className={classes.hint}>{lackingWords[lacking]} Files and counts are validated all the same.</p>
        <Button variant="default" size="compact-sm" onClick={() => go({ name: 'connection', profileId })}>
          Edit the connection
        </Button>
      </>
    )
  }
  return (
    <NumberInput
      className={classes.documents ?? ''}
      label="Documents to download"
      description="Chosen at random, compared by their hash. 0: Readur is not asked."
      {...optionLimits.documents}
      clampBehavior="none"
      allowDecimal={false}
      value={documents}
      error={error}
      onChange={onChange}
    />
  )
}
