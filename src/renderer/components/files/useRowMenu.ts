import type { MenuEntry } from '../../../shared/ipc.ts'
import type { PlanRow } from '../../../shared/planTable.ts'
import { useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { copyText } from '../copyButton.tsx'
import { pathShown, rowText, type Listed } from './itemsListed.ts'

interface RowMenu {
  listed: Listed
  onOpen: (place: number) => void
  onRollBack?: ((row: PlanRow) => void) | undefined
}

/** The platform's menu of a line. */
export function useRowMenu({ listed, onOpen, onRollBack }: RowMenu) {
  const { api } = useStores()
  return (place: number, row: PlanRow | undefined): void => {
    if (row) void show(place, row)
  }

  async function show(place: number, row: PlanRow): Promise<void> {
    const acts: Record<string, () => unknown> = {
      open: () => onOpen(place),
      path: () => copyText(pathShown(listed, row)),
      key: () => copyText(row.key ?? ''),
      id: () => copyText(row.documentId),
      row: () => copyText(rowText(listed, row)),
      'roll back': () => onRollBack?.(row),
    }
    const reply = await api.menu.popUp(entriesFor(listed, row, onRollBack !== undefined))
    if (reply.ok && reply.value !== null) acts[reply.value]?.()
  }
}

function entriesFor(listed: Listed, row: PlanRow, rollsBack: boolean): MenuEntry[] {
  const words = texts.plan.menu
  const line = (id: string, label: string, enabled = true): MenuEntry => ({ id, label, enabled })
  const entries: MenuEntry[] = [
    line('open', words.open),
    'line',
    line('path', words.copyPath, pathShown(listed, row) !== ''),
    line('key', words.copyKey, row.key !== null),
    line('id', words.copyId, row.documentId !== ''),
    line('row', words.copyRow),
  ]
  if (listed.of !== 'run') return entries
  const canRollBack = rollsBack && row.state === 'committed' && row.kind === 'document'
  return [...entries, 'line', line('roll back', words.rollBack, canRollBack)]
}
