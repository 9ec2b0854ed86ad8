import type { BrowserWindow } from 'electron'
import { app, dialog, type Event, type MessageBoxOptions } from 'electron'

/** What quitting would interrupt. */
export interface Interruptible {
  readonly busy: boolean
  shutDown(): Promise<void>
}

const question: MessageBoxOptions = {
  type: 'question',
  message: 'A run is under way.',
  detail: 'Quitting stops it at once. Every row keeps pointing at a whole document, and a later run does the rest.',
  buttons: ['Keep running', 'Stop and quit'],
  defaultId: 0,
  cancelId: 0,
}

/** However the application is told to quit, a run is not ended without asking; and it is ended in order. */
export function guardQuit(window: BrowserWindow, runs: Interruptible): void {
  let asking = false
  const ask = async (): Promise<void> => {
    asking = true
    const { response } = await dialog.showMessageBox(window, question)
    asking = false
    if (response === 0) return
    await runs.shutDown()
    app.exit(0)
  }
  const guard = (event: Event): void => {
    if (!runs.busy) return
    event.preventDefault()
    if (!asking) void ask()
  }
  app.on('before-quit', guard)
  window.on('close', guard)
}
