import { dialog, shell, type MessageBoxOptions } from 'electron'
import { plainLine } from '../../shared/plainText.ts'

/** What is told of a version that can be downloaded. */
interface Available {
  version: string
  notes: readonly string[]
  page: string
}

/** Installs a version, in builds that can. */
export interface Installs {
  download: (version: string) => Promise<void>
  /** Ends the program; false, and nothing happens, while something is under way. */
  install: () => boolean
}

const install = 'Download and install'
const openPage = 'Open download page'
const later = 'Later'

/** Offers a version that is later than ours. Only a page of our own project is opened. */
export async function offer(
  { version, notes, page }: Available,
  ours: string,
  home: string,
  installs: Installs | null,
): Promise<void> {
  const chosen = await ask({
    type: 'info',
    message: `Readur Migrate ${version} is available`,
    detail: [`You have ${ours}. Runs and connections are kept.`, ...notes.map((note) => `• ${note}`)].join('\n\n'),
    buttons: [...(installs ? [install] : []), openPage, later],
  })
  if (chosen === install && installs) await installNow(version, installs)
  if (chosen === openPage) await shell.openExternal(page.startsWith(`${home}/`) ? page : `${home}/releases`)
}

async function installNow(version: string, installs: Installs): Promise<void> {
  try {
    await installs.download(version)
  } catch (error) {
    // What libraries say goes on with headers and places in their code.
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    const detail = `${plainLine(why)}\n\nNothing was changed. You can get it from the download page.`
    await ask({ type: 'warning', message: `Can’t install ${version}`, detail, buttons: ['OK'] })
    return
  }
  const restart = 'Install and restart'
  const ready = `Readur Migrate ${version} is ready to install`
  const chosen = await ask({ type: 'question', message: ready, buttons: [restart, later] })
  if (chosen !== restart || installs.install()) return
  const detail = 'Wait until it has finished, then choose Check for Updates… again.'
  await ask({ type: 'info', message: 'A run or backup is in progress', detail, buttons: ['OK'] })
}

/** Gives the button; the first is the one that Enter presses, the last the one for Esc. */
async function ask(question: MessageBoxOptions & { buttons: string[] }): Promise<string | undefined> {
  const { buttons } = question
  const { response } = await dialog.showMessageBox({ ...question, defaultId: 0, cancelId: buttons.length - 1 })
  return buttons[response]
}

/** The answer to somebody who has asked, where nothing is to be offered. */
export async function sayNone(ours: string): Promise<void> {
  await dialog.showMessageBox({ type: 'info', message: `Readur Migrate ${ours} is the latest version` })
}

export async function sayUnknown(why: string): Promise<void> {
  await dialog.showMessageBox({ type: 'warning', message: 'Can’t check for updates', detail: why })
}
