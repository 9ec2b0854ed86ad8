import { dialog, shell, type MessageBoxOptions } from 'electron'
import { plainLine } from '../../shared/plainText.ts'
import { texts } from './texts.ts'

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

const { install, openPage, later, restart } = texts.update

/** Offers a version that is later than ours. Only a page of our own project is opened. */
export async function offer(
  { version, notes, page }: Available,
  ours: string,
  home: string,
  installs: Installs | null,
): Promise<void> {
  const chosen = await ask({
    type: 'info',
    message: texts.update.available(version),
    detail: [texts.update.present(ours), ...notes.map((note) => `• ${note}`)].join('\n\n'),
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
    const detail = texts.update.failedDetail(plainLine(why))
    await ask({ type: 'warning', message: texts.update.failed(version), detail, buttons: ['OK'] })
    return
  }
  const chosen = await ask({ type: 'question', message: texts.update.ready(version), buttons: [restart, later] })
  if (chosen !== restart || installs.install()) return
  await ask({ type: 'info', message: texts.update.busy, detail: texts.update.busyDetail, buttons: ['OK'] })
}

/** Gives the button; the first is the one that Enter presses, the last the one for Esc. */
async function ask(question: MessageBoxOptions & { buttons: string[] }): Promise<string | undefined> {
  const { buttons } = question
  const { response } = await dialog.showMessageBox({ ...question, defaultId: 0, cancelId: buttons.length - 1 })
  return buttons[response]
}

/** The answer to somebody who has asked, where nothing is to be offered. */
export async function sayNone(ours: string): Promise<void> {
  await dialog.showMessageBox({ type: 'info', message: texts.update.none(ours) })
}

export async function sayUnknown(why: string): Promise<void> {
  await dialog.showMessageBox({ type: 'warning', message: texts.update.unknown, detail: why })
}
