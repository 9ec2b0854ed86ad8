import { Table } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { formatBytes } from '../format/bytes.ts'
import { itemWord } from '../format/status.ts'
import { useStores } from '../stores/context.tsx'
import { createItemsStore, type ItemFilter } from '../stores/items.ts'
import { Badge } from './badge.tsx'
import { ErrorCard } from './errorCard.tsx'
import classes from './fileTable.module.css'
import { Loading } from './loading.tsx'
import { Pager } from './pager.tsx'

interface ItemListProps {
  runId: string
  filter: ItemFilter
  /** Names the list for screen readers. */
  label: string
  pageSize?: number
}

/** Files of a run, page by page, each with source, destination and outcome. Give it a `key` of the filter. */
export function ItemList({ runId, filter, label, pageSize = 10 }: ItemListProps) {
  const { api } = useStores()
  const [store] = useState(() => createItemsStore(api, { runId, filter, pageSize }))
  const { items, page, hasNext, loading, error, restart, next, previous } = useStore(store)
  useEffect(() => void restart(), [restart])

  if (error) return <ErrorCard error={error} onRetry={() => void restart()} />
  if (!items) return <Loading what="files" />
  if (items.length === 0) return <p className={classes.more}>No file.</p>
  return (
    <div className={classes.frame} aria-busy={loading}>
      <Table className={classes.table ?? ''} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>File</Table.Th>
            <Table.Th className={classes.size ?? ''}>Size</Table.Th>
            <Table.Th className={classes.state ?? ''}>Outcome</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.seq}>
              <Table.Td>
                <div className={classes.name}>{item.filename}</div>
                <div className={classes.path}>{item.path}</div>
                {item.key !== null && <div className={classes.path}>→ {item.key}</div>}
              </Table.Td>
              <Table.Td className={classes.size ?? ''}>{formatBytes(item.size)}</Table.Td>
              <Table.Td className={classes.message ?? ''}>
                <Badge word={itemWord(item.state)} />
                {item.message !== null && <div>{item.message}</div>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Pager label={label} page={page} hasNext={hasNext} onNext={next} onPrevious={previous} />
    </div>
  )
}
