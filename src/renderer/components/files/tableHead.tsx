import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react'
import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import type { ItemOrder, PlanList } from '../../../shared/planTable.ts'
import { texts } from '../../texts/texts.ts'
import { columnLabels, type ColumnId, type Columns, narrowestPx, widestPx, widthOf, withinWidths } from './columns.ts'
import classes from './files.module.css'

interface TableHeadProps {
  list: PlanList
  columns: Columns
  shown: readonly ColumnId[]
  onColumns: (columns: Columns) => void
  onSort: (order: ItemOrder, descending: boolean) => void
}

/** Names the columns; each sorts the list, and gets as wide as its edge is drawn. */
export function TableHead({ list, columns, shown, onColumns, onSort }: TableHeadProps) {
  return (
    <div role="rowgroup" className={classes.top}>
      <div role="row" aria-rowindex={1} className={classes.head}>
        <Column id="filename" list={list} onSort={onSort} />
        {shown.map((id) => (
          <Column
            key={id}
            id={id}
            list={list}
            onSort={onSort}
            width={{
              px: widthOf(columns, id),
              onChange: (px) => onColumns({ ...columns, px: { ...columns.px, [id]: withinWidths(px) } }),
            }}
          />
        ))}
      </div>
    </div>
  )
}

interface Width {
  px: number
  onChange: (px: number) => void
}

interface ColumnProps {
  id: ColumnId | 'filename'
  list: PlanList
  onSort: TableHeadProps['onSort']
  /** Absent for the name, which takes what is left. */
  width?: Width
}

/** Sorts one way, then the other, then as the plan has it: the largest and the latest come first. */
function Column({ id, list, onSort, width }: ColumnProps) {
  const sorted = list.order === id
  const Arrow = sorted ? (list.descending ? IconArrowDown : IconArrowUp) : IconArrowsSort
  const startsDescending = id === 'size' || id === 'changed'
  const next = () => {
    if (!sorted) onSort(id, startsDescending)
    else if (list.descending === startsDescending) onSort(id, !list.descending)
    else onSort('plan', false)
  }
  return (
    <div
      role="columnheader"
      aria-sort={sorted ? (list.descending ? 'descending' : 'ascending') : 'none'}
      className={classes.column}
      data-end={id === 'size'}
      data-sorted={sorted}
    >
      {width && <Edge label={columnLabels[id]} width={width} />}
      <button type="button" className={classes.sort} onClick={next}>
        {columnLabels[id]}
        <Arrow size={14} aria-hidden className={classes.arrow} />
      </button>
    </div>
  )
}

const stepPx = 16

/** The edge of a column: drawn with the pointer, or moved with the arrow keys. */
function Edge({ label, width: { px, onChange } }: { label: string; width: Width }) {
  const from = useRef<{ x: number; px: number } | null>(null)
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    from.current = { x: event.clientX, px }
  }
  const onPointerMove = ({ clientX, currentTarget }: PointerEvent<HTMLDivElement>) => {
    if (from.current === null) return
    // The edge is at the beginning of its column.
    const towards = getComputedStyle(currentTarget).direction === 'rtl' ? -1 : 1
    onChange(from.current.px - towards * (clientX - from.current.x))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? stepPx : event.key === 'ArrowRight' ? -stepPx : 0
    if (step === 0) return
    event.preventDefault()
    event.stopPropagation()
    onChange(px + step)
  }
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={texts.plan.widthOf(label)}
      aria-valuemin={narrowestPx}
      aria-valuemax={widestPx}
      aria-valuenow={px}
      tabIndex={0}
      className={classes.edge}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => (from.current = null)}
      onKeyDown={onKeyDown}
    />
  )
}
