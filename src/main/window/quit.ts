import type { BrowserWindow } from 'electron'
import { app, dialog, type Event, type MessageBoxOptions } from 'electron'
import { texts } from './texts.ts'

/** What quitting would interrupt. */
interface Interruptible {
  readonly busy: boolean
  shutDown(): Promise<void>
}

/** All that may be under way. */
interface Works {
  runs: Interruptible
  backups: Interruptible
}

/** Goes on without a window in sight. */
interface Hideable {
  hide(): void
}

const { stopAndQuit: stop, cancel, whileRunning, whileClosing, whileBackingUp } = texts.quit

const quitting: MessageBoxOptions = {
  type: 'question',
  message: whileRunning.message,
  detail: whileRunning.detail,
  buttons: [whileRunning.keep, stop],
  defaultId: 0,
  cancelId: 0,
}

const closing: MessageBoxOptions = {
  type: 'question',
  message: whileClosing.message,
  detail: whileClosing.detail,
  buttons: [whileClosing.keep, stop, cancel],
  defaultId: 0,
  cancelId: 2,
}

const quittingBackup: MessageBoxOptions = {
  type: 'question',
  message: whileBackingUp.message,
  detail: whileBackingUp.detail,
  buttons: [whileBackingUp.keep, stop],
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
      if (answer === stop) void stopAndQuit(works)
      if (question === closing && answer === whileClosing.keep) presence.hide()
    })
  }
  app.on('before-quit', guard(quitting))
  window.on('close', guard(closing))
}
