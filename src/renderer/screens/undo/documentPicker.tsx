import { Button, Checkbox, Radio, Table, TextInput, VisuallyHidden } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { Badge } from '../../components/badge.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { texts } from '../../texts/texts.ts'
import files from '../../components/run/itemList.module.css'
import { Loading } from '../../components/loading.tsx'
import { Pager } from '../../components/pager.tsx'
import { itemWord } from '../../format/status.ts'
import { useStores } from '../../stores/context.tsx'
import { createItemsStore } from '../../stores/pages.ts'
import classes from './undo.module.css'

interface DocumentPickerProps {
  runId: string
  /** One at most: another one takes its place. */
  single: boolean
  /** Ids of documents. */
  chosen: ReadonlySet<string>
  onChoose: (documentId: string, chosen: boolean) => void
  onClear: () => void
}

const searchAfterMs = 200
const pageSize = 10

/** Documents of a run to be ticked, found by name, path or id. What is ticked stays so on every page and search. */
export function DocumentPicker({ runId, single, chosen, onChoose, onClear }: DocumentPickerProps) {
  const [only] = chosen
  // Opened for one document, it shows that one.
  const [search, setSearch] = useState(chosen.size === 1 && only !== undefined ? only : '')
  const [text] = useDebouncedValue(search.trim(), searchAfterMs)
  return (
    <>
      <TextInput
        aria-label={texts.undo.searchLabel}
        placeholder={texts.undo.searchPlaceholder}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <div className={classes.chosen} role="status">
        {texts.undo.selectedCount(chosen.size)}
        {chosen.size > 0 && (
          <Button variant="subtle" size="compact-xs" onClick={onClear}>
            {texts.undo.clear}
          </Button>
        )}
      </div>
      <Documents key={text} runId={runId} single={single} text={text} chosen={chosen} onChoose={onChoose} />
    </>
  )
}

function Documents({ runId, single, text, chosen, onChoose }: Omit<DocumentPickerProps, 'onClear'> & { text: string }) {
  const { api } = useStores()
  const [store] = useState(() =>
    createItemsStore(api, { runId, filter: { documents: true, ...(text !== '' && { text }) }, pageSize }),
  )
  const { current, page, hasNext, loading, error, restart, next, previous } = useStore(store)
  const items = current?.items
  const Tick = single ? Radio : Checkbox
  useEffect(() => void restart(), [restart])

  if (error) return <ErrorCard error={error} onRetry={() => void restart()} />
  if (!items) return <Loading what={texts.undo.documents} />
  if (items.length === 0) return <p className={files.more}>{texts.undo.noMatchingDocuments}</p>
  return (
    <div className={files.frame} aria-busy={loading}>
      <Table className={files.table ?? ''} aria-label={texts.undo.documentsOfThisRun}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.tick ?? ''}>
              <VisuallyHidden>{texts.undo.selected}</VisuallyHidden>
            </Table.Th>
            <Table.Th>{texts.undo.document}</Table.Th>
            <Table.Th className={files.size ?? ''}>{texts.undo.outcome}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(({ seq, documentId, filename, path, state }) => (
            <Table.Tr key={seq}>
              <Table.Td>
                <Tick
                  aria-label={texts.undo.selectOf(filename)}
                  checked={chosen.has(documentId)}
                  onChange={(event) => onChoose(documentId, event.currentTarget.checked)}
                />
              </Table.Td>
              <Table.Td>
                <div className={files.name}>{filename}</div>
                <div className={files.path}>{path}</div>
              </Table.Td>
              <Table.Td className={files.size ?? ''}>
                <Badge word={itemWord(state)} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Pager label={texts.undo.documentsOfThisRun} page={page} hasNext={hasNext} onNext={next} onPrevious={previous} />
    </div>
  )
}
