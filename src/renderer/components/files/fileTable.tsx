import { useElementSize } from '@mantine/hooks'
import { type KeyboardEvent, useEffect, useId, type CSSProperties } from 'react'
import { errorCatalogue } from '../../../shared/errors.ts'
import type { ItemOrder, PlanList, PlanRow } from '../../../shared/planTable.ts'
import { Badge } from '../badge.tsx'
import { useLongList } from '../useLongList.ts'
import { formatBytes } from '../../format/bytes.ts'
import { formatMoment } from '../../format/time.ts'
import { columnsShown, type ColumnId, type Columns, widthOf } from './columns.ts'
import { typeWord } from './fileType.ts'
import { findingOf, type Listed, listedWords, pathShown, userWord } from './itemsListed.ts'
import { TableHead } from './tableHead.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './files.module.css'

const rowPx = 46
const headPx = 34

interface FileTableProps {
  listed: Listed
  total: number
  list: PlanList
  columns: Columns
  rowAt: (place: number) => PlanRow | undefined
  chosen: number | null
  loading: boolean
  onNeed: (first: number, last: number) => void
  onSort: (order: ItemOrder, descending: boolean) => void
  onColumns: (columns: Columns) => void
  onChoose: (place: number | null) => void
  /** Asked for with Enter: the details of the chosen line. */
  onOpen: () => void
  onCopy: (place: number) => void
  /** The menu of a line, at the pointer. */
  onMenu: (place: number) => void
}

/** All files of a list, however many: those in sight are drawn, the others are where the scroll bar says. */
export function FileTable(props: FileTableProps) {
  const { listed, total, list, columns, rowAt, chosen, loading, onNeed, onSort, onColumns, onChoose, onMenu } = props
  const id = useId()
  const { ref, width } = useElementSize()
  const { box, heightPx, first, last, topOf, reveal, page, onScroll } = useLongList(total, rowPx, headPx)
  useEffect(() => {
    if (last >= first) onNeed(first, last)
  }, [onNeed, first, last])
  const shown = columnsShown(columns, width)

  const move = (place: number) => {
    const within = Math.max(0, Math.min(total - 1, place))
    onNeed(within, within)
    reveal(within)
    onChoose(within)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (total === 0 || event.target !== event.currentTarget) return
    const step = stepOf(event.key, page)
    if (step === null && !act(event, chosen, props)) return
    event.preventDefault()
    if (step === 'first') move(0)
    else if (step === 'last') move(total - 1)
    else if (step !== null) move(chosen === null ? first : chosen + step)
  }
  const places = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
  return (
    <div
      ref={box}
      role="grid"
      className={classes.box}
      style={gridOf(columns, shown)}
      aria-label={listedWords[listed.of].list}
      aria-rowcount={total + 1}
      aria-busy={loading}
      tabIndex={0}
      aria-activedescendant={chosen !== null && chosen >= first && chosen <= last ? `${id}-${chosen}` : undefined}
      onKeyDown={onKeyDown}
      onScroll={onScroll}
    >
      <TableHead list={list} columns={columns} shown={shown} onColumns={onColumns} onSort={onSort} />
      <div ref={ref} role="rowgroup" className={classes.long} style={{ height: heightPx }}>
        {places.map((place) => (
          <Row
            key={place}
            listed={listed}
            shown={shown}
            id={`${id}-${place}`}
            place={place}
            top={topOf(place)}
            row={rowAt(place)}
            isChosen={place === chosen}
            onChoose={onChoose}
            onMenu={onMenu}
          />
        ))}
      </div>
    </div>
  )
}

/** The name takes what the others leave. */
const gridOf = (columns: Columns, shown: readonly ColumnId[]): CSSProperties => {
  const style: CSSProperties & Record<'--columns', string> = {
    '--columns': ['minmax(0, 1fr)', ...shown.map((id) => `${widthOf(columns, id)}px`)].join(' '),
  }
  return style
}

/** What a key does to the chosen line; false where it does nothing. */
function act(event: KeyboardEvent, chosen: number | null, { onOpen, onCopy, onMenu }: FileTableProps): boolean {
  if (chosen === null) return false
  const isCopy = event.key.toLowerCase() === 'c' && (event.ctrlKey || event.metaKey)
  const isMenu = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)
  if (event.key === 'Enter') onOpen()
  else if (isCopy) onCopy(chosen)
  else if (isMenu) onMenu(chosen)
  else return false
  return true
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

interface RowProps extends Pick<FileTableProps, 'listed' | 'onMenu'> {
  shown: readonly ColumnId[]
  id: string
  place: number
  top: number
  /** Absent until it has been read. */
  row: PlanRow | undefined
  isChosen: boolean
  onChoose: (place: number) => void
}

function Row({ listed, shown, id, place, top, row, isChosen, onChoose, onMenu }: RowProps) {
  return (
    <div
      role="row"
      id={id}
      aria-rowindex={place + 2}
      aria-selected={isChosen}
      className={classes.row}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onChoose(place)}
      onContextMenu={() => onMenu(place)}
    >
      {row ? (
        <Cells listed={listed} shown={shown} row={row} />
      ) : (
        <div role="gridcell" className={classes.empty} aria-label={texts.plan.loading} />
      )}
    </div>
  )
}

function Cells({ listed, shown, row }: { listed: Listed; shown: readonly ColumnId[]; row: PlanRow }) {
  const path = pathShown(listed, row)
  const { filename, kind } = row
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
      {shown.map((id) => (
        <div
          key={id}
          role="gridcell"
          className={id === 'finding' ? classes.found : classes.cell}
          data-end={id === 'size'}
        >
          <Cell id={id} listed={listed} row={row} />
        </div>
      ))}
    </>
  )
}

function Cell({ id, listed, row }: { id: ColumnId; listed: Listed; row: PlanRow }) {
  switch (id) {
    case 'type':
      return typeWord(row.type)
    case 'size':
      return formatBytes(row.size)
    case 'changed':
      return row.modifiedAt === null || row.modifiedAt === 0 ? '' : formatMoment(row.modifiedAt)
    case 'user':
      return userWord(row)
    case 'finding':
      return <Found listed={listed} row={row} />
  }
}

/** Where the line stands, and why, where that is not the same. */
function Found({ listed, row }: { listed: Listed; row: PlanRow }) {
  const found = findingOf(listed, row)
  if (row.state === 'pending' && row.code === null) return <span className={classes.fine}>{found.label}</span>
  const cause = listed.of === 'run' && row.code !== null ? errorCatalogue[row.code].title : null
  return (
    <>
      <Badge word={found} />
      {cause !== null && (
        <div className={classes.cause} title={cause}>
          {cause}
        </div>
      )}
    </>
  )
}
