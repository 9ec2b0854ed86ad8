import { type KeyboardEvent, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { PlanFilter } from '../../../shared/planTable.ts'
import { ErrorCard } from '../errorCard.tsx'
import { Loading } from '../loading.tsx'
import { listedSum, type Listed } from './itemsListed.ts'
import { useStores } from '../../stores/context.tsx'
import { createPlanTableStore, type PlanTableState } from '../../stores/planTable.ts'
import { texts } from '../../texts/texts.ts'
import { FileFilters } from './fileFilters.tsx'
import classes from './files.module.css'
import { FileTable } from './fileTable.tsx'
import { isNarrowed } from './filter.ts'
import { ItemDetails } from './itemDetails.tsx'

interface FilesViewProps {
  runId: string
  listed: Listed
  /** What the list is narrowed to at first. */
  filter: PlanFilter
}

/** Every file of a plan, or everything that an audit has found: searched, narrowed, sorted, each with its details. Give it a `key` of the filter. */
export function FilesView({ runId, listed, filter: firstFilter }: FilesViewProps) {
  const { api } = useStores()
  const [store] = useState(() => createPlanTableStore(api, runId))
  const state = useStore(store)
  const { list, total, loading, error, facets, chosen } = state
  useEffect(() => {
    void store.getState().begin()
    if (isNarrowed(firstFilter)) void store.getState().narrow(firstFilter)
  }, [store, firstFilter])

  /** The first Esc closes the details, the next leaves the plan. */
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'Escape' || chosen === null) return
    event.stopPropagation()
    void state.choose(null)
    event.currentTarget.querySelector<HTMLElement>('[role="grid"]')?.focus()
  }
  return (
    <div className={classes.view}>
      <FileFilters
        listed={listed}
        filter={list.filter}
        facets={facets}
        onChange={(filter) => void state.narrow(filter)}
      />
      {error && <ErrorCard error={error} onRetry={() => void state.begin()} />}
      <div className={classes.columns} data-details={chosen !== null} onKeyDown={onKeyDown}>
        <div className={classes.surface} data-loading={loading}>
          {total === null ? (
            <Loading what={texts.components.itemsToRead[listed === 'audit' ? 'finding' : 'file']} />
          ) : (
            <FileTable
              listed={listed}
              total={total}
              list={list}
              rowAt={state.rowAt}
              chosen={chosen?.place ?? null}
              loading={loading}
              onNeed={state.need}
              onSort={(order, descending) => void state.sort(order, descending)}
              onChoose={(place) => void state.choose(place)}
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

function sumOf(listed: Listed, { total, bytes, loading, list }: PlanTableState): string {
  if (loading || total === null) return texts.plan.counting
  return listedSum(listed, { total, bytes, narrowed: isNarrowed(list.filter) })
}
