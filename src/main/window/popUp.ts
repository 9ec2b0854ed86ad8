import { Menu } from 'electron'
import type { MenuEntry } from '../../shared/ipc.ts'

/** Shows the platform's menu at the pointer. Returns the id of what was chosen; null when it was closed. */
export function popUp(entries: readonly MenuEntry[]): Promise<string | null> {
  return new Promise((resolve) => {
    const menu = Menu.buildFromTemplate(
      entries.map((entry) =>
        entry === 'line'
          ? { type: 'separator' }
          : { label: entry.label.replaceAll('&', '&&'), enabled: entry.enabled, click: () => resolve(entry.id) },
      ),
    )
    // Comes after the click.
    menu.popup({ callback: () => resolve(null) })
  })
}
