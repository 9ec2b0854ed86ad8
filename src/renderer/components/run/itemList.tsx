import { Table } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { ItemView } from '../../../shared/run.ts'
import type { RunKind, RunNoun } from '../../../shared/runKind.ts'
import { formatBytes } from '../../format/bytes.ts'
import { routeOf } from './repairWords.ts'
import { itemWord } from '../../format/status.ts'
import { useStores } from '../../stores/context.tsx'
import { createItemsStore, type ItemFilter } from '../../stores/pages.ts'
import { texts } from '../../texts/texts.ts'
import { Badge } from '../badge.tsx'
import { ErrorCard } from '../errorCard.tsx'
import classes from './itemList.module.css'
import { Loading } from '../loading.tsx'
import { Pager } from '../pager.tsx'

interface ItemListProps {
  runId: string
  filter: ItemFilter
  /** Names the list for screen readers. */
  label: string
  pageSize?: number
  /** They are part of a plan: nothing has been done with them yet, which needs no word. */
  planned?: boolean | undefined
  /** Paths and keys take a line each, and are cut off where they are longer. */
  compact?: boolean
  /** The files go from S3 to the disk, not the other way; repairs are taken back. */
  back?: boolean | undefined
  /** What the run does, which its outcomes are named after. */
  kind?: RunKind | undefined
  /** What has not ended is copied, and awaits the switch. */
  isCopied?: boolean
  /** What one line is called. */
  noun?: RunNoun
  /** What can be done with one file, below its outcome. */
  action?: ((item: ItemView) => ReactNode) | undefined
}

/** Files of a run, page by page, each with source, destination and outcome. Give it a `key` of the filter. */
export function ItemList(props: ItemListProps) {
  const {
    runId,
    filter,
    label,
    pageSize = 10,
    planned = false,
    compact = false,
    back = false,
    kind,
    isCopied = false,
    noun = 'file',
    action,
  } = props
  const { api } = useStores()
  const [store] = useState(() => createItemsStore(api, { runId, filter, pageSize }))
  const { current, page, hasNext, loading, error, restart, next, previous } = useStore(store)
  const items = current?.items
  useEffect(() => void restart(), [restart])

  if (error) return <ErrorCard error={error} onRetry={() => void restart()} />
  if (!items) return <Loading what={texts.components.itemsToRead[noun]} />
  if (items.length === 0) return <p className={classes.more}>{texts.components.noItems[noun]}</p>
  // Of what is planned there may be nothing to say.
  const hasWords = !planned || items.some(({ state, message }) => state !== 'pending' || message !== null)
  return (
    <div className={classes.frame} data-compact={compact} aria-busy={loading}>
      <Table className={classes.table ?? ''} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{noun === 'file' ? texts.components.file : texts.components.what}</Table.Th>
            <Table.Th className={classes.size ?? ''}>{texts.components.size}</Table.Th>
            {hasWords && (
              <Table.Th className={classes.state ?? ''}>
                {planned ? texts.components.foundHead : texts.components.outcome}
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Row
              key={item.seq}
              item={item}
              hasWords={hasWords}
              planned={planned}
              back={back}
              kind={kind}
              isCopied={isCopied}
              action={action}
            />
          ))}
        </Table.Tbody>
      </Table>
      <Pager label={label} page={page} hasNext={hasNext} onNext={next} onPrevious={previous} />
    </div>
  )
}

interface RowProps extends Pick<ItemListProps, 'planned' | 'back' | 'kind' | 'isCopied' | 'action'> {
  item: ItemView
  hasWords: boolean
}

function Row({ item, hasWords, planned, back = false, kind, isCopied, action }: RowProps) {
  const { filename, size, state, message } = item
  const { from, to } = routeOf(item, back)
  return (
    <Table.Tr>
      <Table.Td>
        <div className={classes.name}>{filename}</div>
        <div className={classes.path} title={from}>
          {from}
        </div>
        {to !== null && (
          <div className={classes.path} title={to}>
            → {to}
          </div>
        )}
      </Table.Td>
      <Table.Td className={classes.size ?? ''}>{formatBytes(size)}</Table.Td>
      {hasWords && (
        <Table.Td className={classes.message ?? ''}>
          {!(planned && state === 'pending') && <Badge word={itemWord(state, kind, isCopied)} />}
          {message !== null && <div>{message}</div>}
          {action?.(item)}
        </Table.Td>
      )}
    </Table.Tr>
  )
}
