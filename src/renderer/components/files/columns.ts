import { useLocalStorage } from '@mantine/hooks'
import { texts } from '../../texts/texts.ts'

/** Columns of a long list besides the name, in their order; each is what the list can be sorted by. */
export const columnIds = ['type', 'size', 'changed', 'user', 'finding'] as const
export type ColumnId = (typeof columnIds)[number]

export const columnLabels: Record<ColumnId | 'filename', string> = {
  filename: texts.plan.file,
  type: texts.plan.type,
  size: texts.plan.size,
  changed: texts.plan.changed,
  user: texts.plan.user,
  finding: texts.plan.finding,
}

const usualPx: Record<ColumnId, number> = { type: 130, size: 90, changed: 160, user: 120, finding: 230 }
export const narrowestPx = 70
export const widestPx = 600
const gapPx = 16
/** The file's name goes before the columns that can wait. */
const leastNamePx = 240
const giveWay: readonly ColumnId[] = ['changed', 'user', 'type']

/** What somebody has made of the columns. */
export interface Columns {
  hidden: readonly ColumnId[]
  px: Readonly<Partial<Record<ColumnId, number>>>
}

const usual: Columns = { hidden: [], px: {} }

/** A width that a column can have. */
export const withinWidths = (px: number): number => Math.round(Math.max(narrowestPx, Math.min(widestPx, px)))

export const widthOf = ({ px }: Columns, id: ColumnId): number => px[id] ?? usualPx[id]

/** The columns that fit beside the name in a list of this width. */
export function columnsShown(columns: Columns, listPx: number): ColumnId[] {
  const shown = columnIds.filter((id) => !columns.hidden.includes(id))
  const needed = (ids: readonly ColumnId[]): number =>
    leastNamePx + ids.reduce((sum, id) => sum + widthOf(columns, id) + gapPx, 0)
  for (const id of giveWay) {
    if (listPx === 0 || needed(shown) <= listPx) break
    const at = shown.indexOf(id)
    if (at >= 0) shown.splice(at, 1)
  }
  return shown
}

/** Widths and choice of columns, kept on this computer. */
export function useColumns(): [Columns, (columns: Columns) => void] {
  const [columns, setColumns] = useLocalStorage<Columns>({
    key: 'readur-migrate-columns',
    defaultValue: usual,
    getInitialValueInEffect: false,
    deserialize: (text) => columnsOf(text),
  })
  return [columns, setColumns]
}

/** What was kept, as far as it can be read. */
export function columnsOf(text: string | undefined): Columns {
  try {
    const kept: unknown = JSON.parse(text ?? '')
    if (typeof kept !== 'object' || kept === null) return usual
    const hidden = 'hidden' in kept && Array.isArray(kept.hidden) ? kept.hidden : []
    const widths = new Map<string, unknown>('px' in kept && kept.px instanceof Object ? Object.entries(kept.px) : [])
    const px: Partial<Record<ColumnId, number>> = {}
    for (const id of columnIds) {
      const width = widths.get(id)
      if (typeof width === 'number' && Number.isFinite(width)) px[id] = withinWidths(width)
    }
    return { hidden: columnIds.filter((id) => hidden.includes(id)), px }
  } catch {
    return usual
  }
}
