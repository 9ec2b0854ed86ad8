import { NativeSelect, Radio } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import type { RunDetails, RunUser } from '../../../shared/run.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatCount } from '../../format/number.ts'
import { useStores } from '../../stores/context.tsx'
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
  const { users, error } = useUsers(details.runId)
  const { scope } = draft
  return (
    <Radio.Group
      aria-label="What goes back"
      value={scope}
      onChange={(value) => onChange({ ...draft, scope: scopes.find((one) => one === value) ?? scope })}
    >
      <div className={classes.choices}>
        <Radio value="all" label="All of the run" description={sizeOf(details)} />
        <Radio value="user" label="The documents of one user" description="Everybody else’s stay on S3." />
        {scope === 'user' && (
          <div className={classes.within}>
            {error && <ErrorCard error={error} />}
            <NativeSelect
              aria-label="User"
              value={draft.userId ?? ''}
              onChange={(event) => onChange({ ...draft, userId: event.currentTarget.value || null })}
              data={[
                { value: '', label: users ? 'Choose a user' : 'Reading users…' },
                ...(users ?? []).map(userChoice),
              ]}
            />
          </div>
        )}
        <Radio value="documents" label="Chosen documents" description="With their processed images." />
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
  const files = formatCount(committed + copied, 'file')
  return bytes > 0 ? `${files}, ${formatBytes(bytes)}` : files
}

const userChoice = ({ userId, documents, bytes, example }: RunUser) => ({
  value: userId,
  label: `${userId} – ${formatCount(documents, 'document')}, ${formatBytes(bytes)}, such as ${example}`,
})

/** The users with documents in a run; null until they have been read. */
function useUsers(runId: string): { users: RunUser[] | null; error: ErrorData | null } {
  const { api } = useStores()
  const [users, setUsers] = useState<RunUser[] | null>(null)
  const [error, setError] = useState<ErrorData | null>(null)
  useEffect(() => {
    let wanted = true
    void api.runs.users(runId).then((reply) => {
      if (!wanted) return
      if (reply.ok) setUsers(reply.value)
      else setError(reply.error)
    })
    return () => {
      wanted = false
    }
  }, [api, runId])
  return { users, error }
}
