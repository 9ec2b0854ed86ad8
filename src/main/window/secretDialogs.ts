import { BrowserWindow, clipboard, dialog, type MessageBoxOptions } from 'electron'
import type { ProfileSecret } from '../../shared/profile.ts'
import { texts } from './texts.ts'

const words = texts.secrets

/** Asks in the platform's own dialog, which no page can answer, whether a secret that was found may go elsewhere. */
export const confirmSecret = (name: ProfileSecret, foundFor: string, goesTo: string): Promise<boolean> =>
  ask({
    message: words.useElsewhere(words.names[name]),
    detail: words.addresses({ foundFor, goesTo }),
    buttons: [words.use, words.dontUse],
  })

/** The same for a file whose passwords would be used on another server than the connection was saved with. */
export const confirmFile = (envFile: string, server: string | null): Promise<boolean> =>
  ask({
    message: server === null ? words.useFileHere : words.useFileOn(server),
    detail: words.fileDetail(envFile),
    buttons: [words.useThem, words.dontUseThem],
  })

/** Asks whether files may be read that a Compose file names and that are not in its folder; `server` null: of this computer. */
export const confirmFiles = (files: readonly string[], server: string | null): Promise<boolean> =>
  ask({
    message: words.readOutside,
    detail: [
      words.composeNames({ count: files.length, server }),
      ...files.slice(0, 10),
      ...(files.length > 10 ? [words.andMore(files.length - 10)] : []),
      words.onlyIfReadurs,
    ].join('\n'),
    buttons: [words.readThem, words.dontReadThem],
  })

/** Shows settings with a secret in the platform's own dialog, which no page can read, and copies them if that is wanted. */
export async function showSecretLines(lines: string): Promise<void> {
  const options: MessageBoxOptions = {
    type: 'info',
    message: words.settingsWithKey,
    detail: lines,
    buttons: [words.close, words.copy],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  }
  if ((await show(options)) === 1) await clipboard.writeText(lines)
}

async function ask(question: MessageBoxOptions & { buttons: string[] }): Promise<boolean> {
  const options: MessageBoxOptions = { type: 'warning', defaultId: 1, cancelId: 1, noLink: true, ...question }
  return (await show(options)) === 0
}

async function show(options: MessageBoxOptions): Promise<number> {
  const [window] = BrowserWindow.getAllWindows()
  const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options))
  return response
}
