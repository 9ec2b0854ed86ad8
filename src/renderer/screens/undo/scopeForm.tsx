import { NativeSelect, Radio } from '@mantine/core'
import type { RunUser } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { useRead } from '../../stores/useRead.ts'
import { texts } from '../../texts/texts.ts'
import { DocumentPicker } from './documentPicker.tsx'
import { scopes, type UndoDraft, withDocument } from './draft.ts'
import classes from './undo.module.css'

interface ScopeFormProps {
  details: RunDetails
  draft: UndoDraft
  onChange: (draft: UndoDraft) => void
}

/** All of the run, the documents of one user, or documents that are ticked. */
export function ScopeForm({ details, draft, onChange }: ScopeFormProps) {
  const { value: users, error } = useRead(details.runId, (api, runId) => api.runs.users(runId))
  const { scope } = draft
  return (
    <Radio.Group
      aria-label={texts.undo.whatToRollBack}
      value={scope}
      onChange={(value) => onChange({ ...draft, scope: scopes.find((one) => one === value) ?? scope })}
    >
      <div className={classes.choices}>
        <Radio value="all" label={texts.undo.theWholeRun} description={sizeOf(details)} />
        <Radio value="user" label={texts.undo.oneUsersDocuments} description={texts.undo.everyoneElsesStayOnS3} />
        {scope === 'user' && (
          <div className={classes.within}>
            {error && <ErrorCard error={error} />}
            <NativeSelect
              aria-label={texts.undo.user}
              value={draft.userId ?? ''}
              onChange={(event) => onChange({ ...draft, userId: event.currentTarget.value || null })}
              data={[
                { value: '', label: users ? texts.undo.userPlaceholder : texts.undo.readingUsers },
                ...(users ?? []).map(userChoice),
              ]}
            />
          </div>
        )}
        <Radio
          value="documents"
          label={texts.undo.selectedDocuments}
          description={texts.undo.includingTheirOcrImages}
        />
        {scope === 'documents' && (
          <div className={classes.within}>
            <DocumentPicker
              runId={details.runId}
              chosen={draft.documentIds}
              onChoose={(id, chosen) => onChange(withDocument(draft, id, chosen))}
              onClear={() => onChange({ ...draft, documentIds: new Set() })}
            />
          </div>
        )}
      </div>
    </Radio.Group>
  )
}

function sizeOf({ committed, copied, bytes }: RunDetails): string {
  const files = texts.nouns.file(committed + copied)
  return bytes > 0 ? `${files}, ${formatBytes(bytes)}` : files
}

const userChoice = ({ userId, documents, bytes, example }: RunUser) => ({
  value: userId,
  label: texts.undo.userWithDocuments({ user: userId, documents, bytes: formatBytes(bytes), example }),
})
