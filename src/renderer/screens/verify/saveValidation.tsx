import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import { validationFormats, type ValidationFormat } from '../../../shared/validation.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { useNotices, useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './validate.module.css'

/** Writes the validation to keep it: for people, or for programs. */
export function SaveValidation({ runId }: { runId: string }) {
  const { api } = useStores()
  const show = useNotices((state) => state.show)
  const [error, setError] = useState<ErrorData | null>(null)
  const save = async (format: ValidationFormat) => {
    const reply = await api.records.saveValidation(runId, format)
    setError(reply.ok ? null : reply.error)
    if (reply.ok && reply.value) show(texts.validate.validationSaved(reply.value.path))
  }
  return (
    <>
      <div className={classes.buttons}>
        {validationFormats.map((format) => (
          <Button
            key={format}
            size="compact-sm"
            variant="default"
            aria-label={texts.validate.saveValidationAs(format.toUpperCase())}
            onClick={() => void save(format)}
          >
            {texts.validate.saveAs(format.toUpperCase())}
          </Button>
        ))}
      </div>
      {error && <ErrorCard error={error} />}
    </>
  )
}
