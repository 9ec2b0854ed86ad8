import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { PlanFilter, PlanRow } from '../../../shared/planTable.ts'
import { ErrorCard } from '../errorCard.tsx'
import { Loading } from '../loading.tsx'
import { copyText } from '../copyButton.tsx'
import { listedSum, rowText, type Listed } from './itemsListed.ts'
import { useStores } from '../../stores/context.tsx'
import { createPlanTableStore, type PlanTableState } from '../../stores/planTable.ts'
import { texts } from '../../texts/texts.ts'
import { useColumns } from './columns.ts'
import { FileFilters } from './fileFilters.tsx'
import classes from './files.module.css'
import { FileTable } from './fileTable.tsx'
import { isNarrowed } from './filter.ts'
import { ItemDetails } from './itemDetails.tsx'
import { useRowMenu } from './useRowMenu.ts'

interface FilesViewProps {
  runId: string
  listed: Listed
  /** What the list is narrowed to at first. */
  filter: PlanFilter
  /** Rises as the run goes on: what is shown is read again, not too often. */
  moment?: number
  /** Leads to the rollback of one document; absent where none can be rolled back. */
  onRollBack?: ((row: PlanRow) => void) | undefined
}

/** Reading the outcomes of a run that is under way: not more often than this. */
const readEveryMs = 2_000

/**
 * Every file of a plan or a run, or everything that an audit has found: searched, narrowed, sorted, each with its details.
 * Give it a `key` of the filter.
 */
export function FilesView({ runId, listed, filter: firstFilter, moment = 0, onRollBack }: FilesViewProps) {
  const { api } = useStores()
  const [store] = useState(() => createPlanTableStore(api, runId))
  const state = useStore(store)
  const { list, total, loading, error, facets, chosen } = state
  const [columns, setColumns] = useColumns()
  const view = useRef<HTMLDivElement>(null)
  useEffect(() => {
    void store.getState().begin()
    if (isNarrowed(firstFilter)) void store.getState().narrow(firstFilter)
  }, [store, firstFilter])
  useRefresh(moment, state.refresh)

  const open = () => view.current?.querySelector<HTMLElement>('aside [role="group"]')?.focus()
  const copy = (place: number) => copyRow(listed, state.rowAt(place))
  const showMenu = useRowMenu({
    listed,
    onOpen: (place) => void state.choose(place).then(open),
    onRollBack,
  })
  /** The first Esc closes the details, the next leaves the screen. */
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'Escape' || chosen === null) return
    event.stopPropagation()
    void state.choose(null)
    event.currentTarget.querySelector<HTMLElement>('[role="grid"]')?.focus()
  }
  return (
    <div className={classes.view} ref={view}>
      <FileFilters
        listed={listed}
        filter={list.filter}
        facets={facets}
        columns={columns}
        onColumns={setColumns}
        onChange={(filter) => void state.narrow(filter)}
      />
      {error && <ErrorCard error={error} onRetry={() => void state.begin()} />}
      <div className={classes.columns} data-details={chosen !== null} onKeyDown={onKeyDown}>
        <div className={classes.surface} data-loading={loading}>
          {total === null ? (
            <Loading what={texts.components.itemsToRead[listed.of === 'audit' ? 'finding' : 'file']} />
          ) : (
            <FileTable
              listed={listed}
              total={total}
              list={list}
              columns={columns}
              rowAt={state.rowAt}
              chosen={chosen?.place ?? null}
              loading={loading}
              onNeed={state.need}
              onSort={(order, descending) => void state.sort(order, descending)}
              onColumns={setColumns}
              onChoose={(place) => void state.choose(place)}
              onOpen={open}
              onCopy={copy}
              onMenu={(place) => showMenu(place, state.rowAt(place))}
            />
          )}
          <p className={classes.sum} role="status">
            {sumOf(listed, state)}
          </p>
        </div>
        {chosen && <ItemDetails listed={listed} item={chosen.item} onClose={() => void state.choose(null)} />}
      </div>
    </div>
  )
}

const copyRow = (listed: Listed, row: PlanRow | undefined) => {
  if (row) void copyText(rowText(listed, row))
}

function sumOf(listed: Listed, { total, bytes, loading, list }: PlanTableState): string {
  if (loading || total === null) return texts.plan.counting
  return listedSum(listed, { total, bytes, narrowed: isNarrowed(list.filter) })
}

/** Has the list read again when the run has gone on. */
function useRefresh(moment: number, refresh: () => void) {
  const readAt = useRef(0)
  const first = useRef(moment)
  useEffect(() => {
    if (moment === first.current) return undefined
    const timer = setTimeout(
      () => {
        readAt.current = Date.now()
        refresh()
      },
      Math.max(0, readAt.current + readEveryMs - Date.now()),
    )
    return () => clearTimeout(timer)
  }, [moment, refresh])
}
