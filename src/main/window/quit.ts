import type { BrowserWindow } from 'electron'
import { app, dialog, type Event, type MessageBoxOptions } from 'electron'

/** What quitting would interrupt. */
export interface Interruptible {
  readonly busy: boolean
  shutDown(): Promise<void>
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

/** Ends what is under way in order, and then the application. */
export async function stopAndQuit(runs: Interruptible): Promise<void> {
  await runs.shutDown()
  app.exit(0)
}

/**
 * However the application is told to quit, a run is not ended without asking; and it is ended in order. Closing the window
 * can leave the run to itself.
 */
export function guardQuit(window: BrowserWindow, runs: Interruptible, presence: Hideable): void {
  let asking = false
  const ask = async (question: MessageBoxOptions): Promise<string> => {
    asking = true
    const { response } = await dialog.showMessageBox(window, question)
    asking = false
    return question.buttons?.[response] ?? ''
  }
  const guard = (question: MessageBoxOptions) => (event: Event) => {
    if (!runs.busy) return
    event.preventDefault()
    if (asking) return
    void ask(question).then((answer) => {
      if (answer === 'Stop and quit') void stopAndQuit(runs)
      if (answer === 'Go on without the window') presence.hide()
    })
  }
  app.on('before-quit', guard(quitting))
  window.on('close', guard(closing))
}
