import classes from './inline.module.css'
import { texts } from '../texts/texts.ts'

const isMac = /mac/i.test(navigator.userAgent)

/** A key combination as it is printed on the keys. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={classes.keys}>
      {keyNames(keys, isMac).map((name) => (
        <kbd key={name} className={classes.key}>
          {name}
        </kbd>
      ))}
    </span>
  )
}

/** A key combination as Mantine's hotkeys name it, and what it does. */
interface Shortcut {
  keys: string
  means: string
}

/** All keys that the window hears, where they hold. */
export const shortcutGroups: readonly { title: string; shortcuts: readonly Shortcut[] }[] = [
  {
    title: texts.palette.everywhere,
    shortcuts: [
      { keys: 'mod+K', means: texts.palette.findAnything },
      { keys: 'mod+N', means: texts.palette.newConnection },
      { keys: 'mod+shift+O', means: texts.palette.connections },
      { keys: 'mod+shift+H', means: texts.palette.history },
      { keys: 'mod+,', means: texts.palette.settings },
      { keys: 'Escape', means: texts.palette.goBack },
      { keys: 'F1', means: texts.palette.showShortcuts },
    ],
  },
  { title: texts.palette.inLists, shortcuts: [{ keys: 'mod+F', means: texts.palette.search }] },
  {
    title: texts.palette.inEditor,
    shortcuts: [
      { keys: 'mod+S', means: texts.palette.save },
      { keys: 'mod+Enter', means: texts.palette.saveAndCheck },
    ],
  },
]

/** What each of these keys does. */
export function ShortcutList({
  shortcuts,
  className,
}: {
  shortcuts: readonly Shortcut[]
  className: string | undefined
}) {
  return (
    <dl className={className}>
      {shortcuts.map(({ keys, means }) => (
        <div key={keys}>
          <dt>{means}</dt>
          <dd>
            <Keys keys={keys} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

const names: Record<string, string> = { Escape: texts.palette.esc, Enter: texts.palette.enter }

/** The keys as this platform writes them, one after the other: `Ctrl`, `Shift`, `H`. */
export function keyNames(keys: string, isMac: boolean): string[] {
  return keys.split('+').map((key) => {
    if (key === 'mod') return isMac ? '⌘' : texts.palette.ctrl
    if (key === 'shift') return isMac ? '⇧' : texts.palette.shift
    return names[key] ?? key
  })
}
