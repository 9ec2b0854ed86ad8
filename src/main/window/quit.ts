import type { BrowserWindow } from 'electron'
import { app, dialog, type Event, type MessageBoxOptions } from 'electron'

/** What quitting would interrupt. */
export interface Interruptible {
  readonly busy: boolean
  shutDown(): Promise<void>
}

/** All that may be under way. */
export interface Works {
  runs: Interruptible
  backups: Interruptible
}

/** Goes on without a window in sight. */
export interface Hideable {
  hide(): void
}

const detail = 'Quitting stops it at once. Every row keeps pointing at a whole document, and a later run does the rest.'

const quitting: MessageBoxOptions = {
  type: 'question',
  message: 'A run is under way.',
  detail,
  buttons: ['Keep running', 'Stop and quit'],
  defaultId: 0,
  cancelId: 0,
}

const closing: MessageBoxOptions = {
  type: 'question',
  message: 'A run is under way. Should it go on without the window?',
  detail: `To see it again, start the program once more, or use its icon in the notification area where there is one. ${detail}`,
  buttons: ['Go on without the window', 'Stop and quit', 'Cancel'],
  defaultId: 0,
  cancelId: 2,
}

const quittingBackup: MessageBoxOptions = {
  type: 'question',
  message: 'The database is being backed up.',
  detail: 'Quitting ends the backup, and nothing is left of it.',
  buttons: ['Go on with it', 'Stop and quit'],
  defaultId: 0,
  cancelId: 0,
}

/** Ends what is under way in order, and then the application. */
export async function stopAndQuit({ runs, backups }: Works): Promise<void> {
  await Promise.all([runs.shutDown(), backups.shutDown()])
  app.exit(0)
}

/**
 * However the application is told to quit, neither a run nor a backup is ended without asking; and it is ended in order.
 * Closing the window can leave a run to itself.
 */
export function guardQuit(window: BrowserWindow, works: Works, presence: Hideable): void {
  let asking = false
  const ask = async (question: MessageBoxOptions): Promise<string> => {
    asking = true
    const { response } = await dialog.showMessageBox(window, question)
    asking = false
    return question.buttons?.[response] ?? ''
  }
  const guard = (question: MessageBoxOptions) => (event: Event) => {
    const { runs, backups } = works
    if (!runs.busy && !backups.busy) return
    event.preventDefault()
    if (asking) return
    void ask(runs.busy ? question : quittingBackup).then((answer) => {
      if (answer === 'Stop and quit') void stopAndQuit(works)
      if (answer === 'Go on without the window') presence.hide()
    })
  }
  app.on('before-quit', guard(quitting))
  window.on('close', guard(closing))
}
