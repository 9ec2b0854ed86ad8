import { BrowserWindow, dialog, type OpenDialogOptions, type SaveDialogOptions } from 'electron'

/** Asks which file to read; null when none was chosen. */
export async function chooseFile(options: OpenDialogOptions): Promise<string | null> {
  const [window] = BrowserWindow.getAllWindows()
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options))
  return filePaths[0] ?? null
}

/** Asks where to write a file; null when nowhere. The platform asks before an existing one is replaced. */
export async function chooseTarget(options: SaveDialogOptions): Promise<string | null> {
  const [window] = BrowserWindow.getAllWindows()
  const { canceled, filePath } = await (window
    ? dialog.showSaveDialog(window, options)
    : dialog.showSaveDialog(options))
  return canceled || filePath === '' ? null : filePath
}
