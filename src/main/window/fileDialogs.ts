import { extname, join } from 'node:path'
import { app, BrowserWindow, dialog, type OpenDialogOptions, type SaveDialogOptions } from 'electron'
import { texts } from './texts.ts'

/** Asks which file to read; null when none was chosen. */
export async function chooseFile(options: OpenDialogOptions): Promise<string | null> {
  const [window] = BrowserWindow.getAllWindows()
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return filePaths[0] ?? null
}

/** Asks where to write a file, first in the folder for documents; null when nowhere. The platform asks before it replaces one. */
export async function chooseTarget(title: string, name: string, kind: string): Promise<string | null> {
  const [window] = BrowserWindow.getAllWindows()
  const options: SaveDialogOptions = {
    title,
    defaultPath: join(app.getPath('documents'), name),
    filters: [{ name: kind, extensions: [extname(name).slice(1)] }],
  }
  const { canceled, filePath } = await (window
    ? dialog.showSaveDialog(window, options)
    : dialog.showSaveDialog(options))
  return canceled || filePath === '' ? null : filePath
}

export const chooseStateFile = (): Promise<string | null> =>
  chooseFile({
    title: texts.choose.stateFile,
    properties: ['openFile'],
    filters: [
      { name: texts.choose.stateFiles, extensions: ['json'] },
      { name: texts.choose.allFiles, extensions: ['*'] },
    ],
  })
