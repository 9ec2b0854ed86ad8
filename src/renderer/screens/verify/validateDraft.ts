import { optionLimits, type ValidateOptions } from '../../../shared/run.ts'
import { defaultValidation } from '../../../shared/validation.ts'
import { parseCheck, type CheckDraft } from './checkDraft.ts'
import { texts } from '../../texts/texts.ts'

/** How a run is to be validated, as it stands in the form. */
export interface ValidateDraft extends CheckDraft {
  documents: number | string
}

export const firstValidation: ValidateDraft = { ...defaultValidation, sample: '' }

/** Options from a draft, or what is wrong with which field. */
export function parseValidation(
  draft: ValidateDraft,
): { ok: true; options: ValidateOptions } | { ok: false; sample: string | null; documents: string | null } {
  const check = parseCheck(draft)
  const documents = draft.documents === '' ? 0 : Number(draft.documents)
  const { min, max } = optionLimits.documents
  const fits = Number.isInteger(documents) && documents >= min && documents <= max
  if (check.ok && fits) return { ok: true, options: { ...check.options, documents } }
  return {
    ok: false,
    sample: check.ok ? null : check.error,
    documents: fits ? null : texts.validate.numberBetween({ min, max }),
  }
}
