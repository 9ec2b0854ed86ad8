import { BrowserWindow, clipboard, dialog, type MessageBoxOptions } from 'electron'
import type { ProfileSecret } from '../../shared/profile.ts'

const words: Record<ProfileSecret, string> = {
  POSTGRES_PASSWORD: 'database password',
  S3_SECRET_ACCESS_KEY: 'secret key of the bucket',
  SSH_PASSWORD: 'password for the server',
  SSH_PASSPHRASE: 'passphrase of the key',
  READUR_TOKEN: 'token for Readur',
}

/** Asks in the platform's own dialog, which no page can answer, whether a secret that was found may go elsewhere. */
export const confirmSecret = (name: ProfileSecret, foundFor: string, goesTo: string): Promise<boolean> =>
  ask({
    message: `Use the ${words[name]} that was found for another address?`,
    detail: `Found for: ${foundFor}\nIt would be sent to: ${goesTo}`,
    buttons: ['Use it', 'Don’t use it'],
  })

/** The same for a file whose passwords would be used on another server than the connection was saved with. */
export const confirmFile = (envFile: string, server: string | null): Promise<boolean> =>
  ask({
    message:
      server === null ? 'Use this file’s passwords from this computer?' : `Use this file’s passwords on ${server}?`,
    detail: `${envFile}\nThe passwords in it would be sent to the database and bucket that it names.`,
    buttons: ['Use them', 'Don’t use them'],
  })

/** Asks whether files may be read that a Compose file names and that are not in its folder; `server` null: of this computer. */
export const confirmFiles = (files: readonly string[], server: string | null): Promise<boolean> =>
  ask({
    message: 'Read files outside the folder of the Compose file?',
    detail: [
      `The Compose file names ${files.length === 1 ? 'this file' : 'these files'}${server === null ? '' : ` on ${server}`}:`,
      ...files.slice(0, 10),
      ...(files.length > 10 ? [`… and ${files.length - 10} more`] : []),
      'Read them only if they belong to this Readur.',
    ].join('\n'),
    buttons: ['Read them', 'Don’t read them'],
  })

/** Shows settings with a secret in the platform's own dialog, which no page can read, and copies them if that is wanted. */
export async function showSecretLines(lines: string): Promise<void> {
  const options: MessageBoxOptions = {
    type: 'info',
    message: 'Settings for Readur, with the secret key',
    detail: lines,
    buttons: ['Close', 'Copy'],
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
