/** A key combination as Mantine's hotkeys name it, and what it does. */
export interface Shortcut {
  keys: string
  means: string
}

/** All keys that the window hears, where they hold. */
export const shortcutGroups: readonly { title: string; shortcuts: readonly Shortcut[] }[] = [
  {
    title: 'Everywhere',
    shortcuts: [
      { keys: 'mod+K', means: 'Find anything and do it' },
      { keys: 'mod+N', means: 'New connection' },
      { keys: 'mod+shift+O', means: 'Connections' },
      { keys: 'mod+shift+H', means: 'History' },
      { keys: 'mod+,', means: 'Settings' },
      { keys: 'Escape', means: 'Back, or close what is open' },
      { keys: 'F1', means: 'These shortcuts' },
    ],
  },
  { title: 'In lists', shortcuts: [{ keys: 'mod+F', means: 'Search' }] },
  {
    title: 'While a connection is edited',
    shortcuts: [
      { keys: 'mod+S', means: 'Save' },
      { keys: 'mod+Enter', means: 'Test' },
    ],
  },
]

const names: Record<string, string> = { Escape: 'Esc', Enter: 'Enter' }

/** The keys as this platform writes them, one after the other: `Ctrl`, `Shift`, `H`. */
export function keyNames(keys: string, isMac: boolean): string[] {
  return keys.split('+').map((key) => {
    if (key === 'mod') return isMac ? '⌘' : 'Ctrl'
    if (key === 'shift') return isMac ? '⇧' : 'Shift'
    return names[key] ?? key
  })
}
