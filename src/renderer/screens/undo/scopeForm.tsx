import { Checkbox, Radio, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { RunUser } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { useRead } from '../../stores/useRead.ts'
import { texts } from '../../texts/texts.ts'
import { DocumentPicker } from './documentPicker.tsx'
import { type Scope, scopes, toggled, type UndoDraft } from './draft.ts'
import classes from './undo.module.css'

interface ScopeFormProps {
  details: RunDetails
  draft: UndoDraft
  onChange: (draft: UndoDraft) => void
}

const words: Record<Scope, { label: string; means: string }> = {
  all: { label: texts.undo.everything, means: texts.undo.everythingMeans },
  people: { label: texts.undo.somePeople, means: texts.undo.everyoneElsesStayOnS3 },
  place: { label: texts.undo.folderOrTime, means: texts.undo.folderOrTimeMeans },
  documents: { label: texts.undo.chosenDocuments, means: texts.undo.includingTheirOcrImages },
  document: { label: texts.undo.oneDocument, means: texts.undo.includingItsOcrImages },
}

/** What of a run: all, people, a folder or a time, documents, one document. */
export function ScopeForm({ details, draft, onChange }: ScopeFormProps) {
  const { runId } = details
  const { scope, documentIds } = draft
  const choose = (value: string): void => {
    const next = scopes.find((one) => one === value) ?? scope
    const isOne = next === 'document' && documentIds.size > 1
    onChange({ ...draft, scope: next, ...(isOne && { documentIds: new Set<string>() }) })
  }
  const within: Record<Scope, () => ReactNode> = {
    all: () => null,
    // Always there: whoever comes for one person's documents is one click nearer.
    people: () => <People runId={runId} draft={draft} onChange={onChange} />,
    place: () => scope === 'place' && <Place draft={draft} onChange={onChange} />,
    documents: () => scope === 'documents' && picker(false),
    document: () => scope === 'document' && picker(true),
  }
  const picker = (single: boolean) => (
    <DocumentPicker
      runId={runId}
      single={single}
      chosen={documentIds}
      onChoose={(id, chosen) =>
        onChange({ ...draft, documentIds: single ? new Set([id]) : toggled(documentIds, id, chosen) })
      }
      onClear={() => onChange({ ...draft, documentIds: new Set() })}
    />
  )
  return (
    <Radio.Group aria-label={texts.undo.whatToRollBack} value={scope} onChange={choose}>
      <div className={classes.choices}>
        {scopes.map((one) => (
          <div key={one}>
            <Radio value={one} label={words[one].label} description={words[one].means} />
            <div className={classes.within}>{within[one]()}</div>
          </div>
        ))}
      </div>
    </Radio.Group>
  )
}

/** From here on a list is searched rather than read. */
const manyUsers = 8

function People({ runId, draft, onChange }: Omit<ScopeFormProps, 'details'> & { runId: string }) {
  const { value: users, error } = useRead(runId, (api, run) => api.runs.users(run))
  if (error) return <ErrorCard error={error} />
  if (!users) return <p className={classes.hint}>{texts.undo.readingUsers}</p>
  const isLong = users.length > manyUsers
  return (
    <div className={classes.people} role="group" aria-label={texts.undo.people} tabIndex={isLong ? 0 : undefined}>
      {users.map((user) => (
        <Checkbox
          key={user.userId}
          label={nameOf(user)}
          description={texts.undo.documentsAndSize({ documents: user.documents, bytes: formatBytes(user.bytes) })}
          checked={draft.scope === 'people' && draft.userIds.has(user.userId)}
          onChange={(event) => {
            const chosen = draft.scope === 'people' ? draft.userIds : new Set<string>()
            const userIds = toggled(chosen, user.userId, event.currentTarget.checked)
            onChange({ ...draft, scope: 'people', userIds })
          }}
        />
      ))}
    </div>
  )
}

/** A record of an earlier version knows no names: a document helps to tell who it is. */
const nameOf = ({ name, userId, example }: RunUser) =>
  name ?? (
    <>
      <code>{userId.slice(0, 8)}</code> {texts.undo.suchAs(example)}
    </>
  )

function Place({ draft, onChange }: Omit<ScopeFormProps, 'details'>) {
  return (
    <div className={classes.place}>
      <TextInput
        label={texts.undo.folder}
        description={texts.undo.folderMeans}
        placeholder={texts.undo.folderPlaceholder}
        value={draft.folder}
        onChange={(event) => onChange({ ...draft, folder: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={texts.undo.fromDay}
        value={draft.from}
        onChange={(event) => onChange({ ...draft, from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={texts.undo.untilDay}
        value={draft.until}
        onChange={(event) => onChange({ ...draft, until: event.currentTarget.value })}
      />
    </div>
  )
}
