import { Button, NumberInput } from '@mantine/core'
import { optionLimits } from '../../../shared/run.ts'
import { useNavigation } from '../../stores/context.tsx'
import { useRead } from '../../stores/useRead.ts'
import { texts } from '../../texts/texts.ts'
import classes from './verify.module.css'
import type { ProfileDetails } from '../../../shared/profile.ts'

interface ReadurFieldProps {
  profileId: string
  documents: number | string
  error: string | null
  onChange: (documents: number | string) => void
}

const lackingWords = {
  address: texts.validate.readurIsntAsked,
  token: texts.validate.noApiKey,
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
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => go({ name: 'connection', profileId, tab: 'settings' })}
        >
          {texts.validate.editConnection}
        </Button>
      </>
    )
  }
  return (
    <NumberInput
      className={classes.documents ?? ''}
      label={texts.validate.documentsToDownload}
      description={texts.validate.documentsHint}
      {...optionLimits.documents}
      clampBehavior="none"
      allowDecimal={false}
      value={documents}
      error={error}
      onChange={onChange}
    />
  )
}

/** What a connection lacks for Readur itself to be asked; null: nothing, or nobody knows before it is tried. */
type Lacking = 'address' | 'token' | null

function lackingOf({ envFile, variables, has }: ProfileDetails): Lacking {
  // What an env file holds is not known here.
  if (envFile !== null) return null
  if (!variables.READUR_URL) return 'address'
  return has.includes('READUR_TOKEN') ? null : 'token'
}

/** Undefined until the connection has been read. */
function useReadurAddress(profileId: string): Lacking | undefined {
  const { value, error } = useRead(profileId, (api, id) => api.profiles.get(id))
  if (error) return null
  return value ? lackingOf(value) : undefined
}
