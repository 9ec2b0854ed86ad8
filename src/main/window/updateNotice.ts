import { dialog, shell } from 'electron'

/** What is told of a version that can be downloaded. */
interface Available {
  version: string
  notes: readonly string[]
  page: string
}

/** Offers a version that is later than ours. Only a page of our own project is opened. */
export async function offer({ version, notes, page }: Available, ours: string, home: string): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'info',
    message: `Readur Migrate ${version} is available`,
    detail: [`You have ${ours}. Runs and connections are kept.`, ...notes.map((note) => `• ${note}`)].join('\n\n'),
    buttons: ['Open download page', 'Later'],
    defaultId: 0,
    cancelId: 1,
  })
  if (response === 0) await shell.openExternal(page.startsWith(`${home}/`) ? page : `${home}/releases`)
}

/** The answer to somebody who has asked, where nothing is to be offered. */
export async function sayNone(ours: string): Promise<void> {
  await dialog.showMessageBox({ type: 'info', message: `Readur Migrate ${ours} is the latest version` })
}

export async function sayUnknown(why: string): Promise<void> {
  await dialog.showMessageBox({ type: 'warning', message: 'Can’t check for updates', detail: why })
}
