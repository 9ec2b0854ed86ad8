import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useId } from 'react'
import type { ItemOrder, PlanList, PlanRow } from '../../../shared/planTable.ts'
import { Badge } from '../badge.tsx'
import { useLongList } from '../useLongList.ts'
import { formatBytes } from '../../format/bytes.ts'
import { typeWord } from './fileType.ts'
import { findingOf, type Listed, listedWords, pathShown } from './itemsListed.ts'
import { texts } from '../../texts/texts.ts'
import classes from './files.module.css'

const rowPx = 46
const headPx = 34

interface FileTableProps {
  listed: Listed
  total: number
  list: PlanList
  rowAt: (place: number) => PlanRow | undefined
  chosen: number | null
  loading: boolean
  onNeed: (first: number, last: number) => void
  onSort: (order: ItemOrder, descending: boolean) => void
  onChoose: (place: number | null) => void
}

/** All files of a list, however many: those in sight are drawn, the others are where the scroll bar says. */
export function FileTable({ listed, total, list, rowAt, chosen, loading, onNeed, onSort, onChoose }: FileTableProps) {
  const id = useId()
  const { box, heightPx, first, last, topOf, reveal, page, onScroll } = useLongList(total, rowPx, headPx)
  useEffect(() => {
    if (last >= first) onNeed(first, last)
  }, [onNeed, first, last])

  const move = (place: number) => {
    const within = Math.max(0, Math.min(total - 1, place))
    onNeed(within, within)
    reveal(within)
    onChoose(within)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepOf(event.key, page)
    if (step === null || total === 0) return
    event.preventDefault()
    if (step === 'first') move(0)
    else if (step === 'last') move(total - 1)
    else move(chosen === null ? first : chosen + step)
  }
  const places = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
  return (
    <div
      ref={box}
      role="grid"
      className={classes.box}
      aria-label={listedWords[listed].list}
      aria-rowcount={total + 1}
      aria-busy={loading}
      tabIndex={0}
      aria-activedescendant={chosen !== null && chosen >= first && chosen <= last ? `${id}-${chosen}` : undefined}
      onKeyDown={onKeyDown}
      onScroll={onScroll}
    >
      <div role="rowgroup" className={classes.top}>
        <div role="row" aria-rowindex={1} className={classes.head}>
          <Column order="filename" label={texts.plan.file} list={list} onSort={onSort} />
          <Column order="type" label={texts.plan.type} list={list} onSort={onSort} />
          <Column order="size" label={texts.plan.size} list={list} onSort={onSort} end />
          <Column order="finding" label={texts.plan.finding} list={list} onSort={onSort} />
        </div>
      </div>
      <div role="rowgroup" className={classes.long} style={{ height: heightPx }}>
        {places.map((place) => (
          <Row
            key={place}
            listed={listed}
            id={`${id}-${place}`}
            place={place}
            top={topOf(place)}
            row={rowAt(place)}
            isChosen={place === chosen}
            onChoose={onChoose}
          />
        ))}
      </div>
    </div>
  )
}

function stepOf(key: string, page: number): number | 'first' | 'last' | null {
  switch (key) {
    case 'ArrowDown':
      return 1
    case 'ArrowUp':
      return -1
    case 'PageDown':
      return page
    case 'PageUp':
      return -page
    case 'Home':
      return 'first'
    case 'End':
      return 'last'
    default:
      return null
  }
}

interface ColumnProps {
  order: ItemOrder
  label: string
  list: PlanList
  onSort: FileTableProps['onSort']
  end?: boolean
}

/** Sorts up, then down, then as the plan has it. */
function Column({ order, label, list, onSort, end = false }: ColumnProps) {
  const sorted = list.order === order
  const Arrow = list.descending ? IconArrowDown : IconArrowUp
  const next = () => {
    if (!sorted) onSort(order, order === 'size')
    else if (list.descending === (order === 'size')) onSort(order, !list.descending)
    else onSort('plan', false)
  }
  return (
    <div
      role="columnheader"
      aria-sort={sorted ? (list.descending ? 'descending' : 'ascending') : 'none'}
      className={classes.column}
      data-end={end}
      data-column={order}
    >
      <button type="button" className={classes.sort} onClick={next}>
        {label}
        {sorted && <Arrow size={14} aria-hidden />}
      </button>
    </div>
  )
}

interface RowProps {
  listed: Listed
  id: string
  place: number
  top: number
  /** Absent until it has been read. */
  row: PlanRow | undefined
  isChosen: boolean
  onChoose: (place: number) => void
}

function Row({ listed, id, place, top, row, isChosen, onChoose }: RowProps) {
  return (
    <div
      role="row"
      id={id}
      aria-rowindex={place + 2}
      aria-selected={isChosen}
      className={classes.row}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onChoose(place)}
    >
      {row ? (
        <Cells listed={listed} row={row} />
      ) : (
        <div role="gridcell" className={classes.empty} aria-label={texts.plan.loading} />
      )}
    </div>
  )
}

function Cells({ listed, row }: { listed: Listed; row: PlanRow }) {
  const path = pathShown(listed, row)
  const { filename, type, size, verdict, code, kind } = row
  const found = findingOf({ verdict, code })
  return (
    <>
      <div role="gridcell" className={classes.file}>
        <div className={classes.name}>
          {filename}
          {kind === 'processed_image' && <span className={classes.kind}>{texts.plan.ocrImage}</span>}
        </div>
        <div className={classes.path} title={path}>
          {path}
        </div>
      </div>
      <div role="gridcell" className={classes.type} data-column="type">
        {typeWord(type)}
      </div>
      <div role="gridcell" className={classes.size}>
        {formatBytes(size)}
      </div>
      <div role="gridcell" className={classes.found}>
        {verdict === 'move' && code === null ? (
          <span className={classes.fine}>{found.label}</span>
        ) : (
          <Badge word={found} />
        )}
      </div>
    </>
  )
}
