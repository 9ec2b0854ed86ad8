import { Table } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { ItemView } from '../../shared/run.ts'
import { formatBytes } from '../format/bytes.ts'
import { itemWord, type Word } from '../format/status.ts'
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
  /** The word for files that nothing has been done with. */
  pending?: Word | undefined
  /** The files go from S3 to the disk, not the other way. */
  back?: boolean
  /** What can be done with one file, below its outcome. */
  action?: (item: ItemView) => ReactNode
}

/** Files of a run, page by page, each with source, destination and outcome. Give it a `key` of the filter. */
export function ItemList({ runId, filter, label, pageSize = 10, pending, back = false, action }: ItemListProps) {
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
                <Way path={item.path} objectKey={item.key} back={back} />
              </Table.Td>
              <Table.Td className={classes.size ?? ''}>{formatBytes(item.size)}</Table.Td>
              <Table.Td className={classes.message ?? ''}>
                <Badge word={(item.state === 'pending' ? pending : undefined) ?? itemWord(item.state)} />
                {item.message !== null && <div>{item.message}</div>}
                {action?.(item)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Pager label={label} page={page} hasNext={hasNext} onNext={next} onPrevious={previous} />
    </div>
  )
}

/** From where to where the file goes; a file without a key goes nowhere. */
function Way({ path, objectKey, back }: { path: string; objectKey: string | null; back: boolean }) {
  const [from, to] = back && objectKey !== null ? [objectKey, path] : [path, objectKey]
  return (
    <>
      <div className={classes.path}>{from}</div>
      {to !== null && <div className={classes.path}>→ {to}</div>}
    </>
  )
}
