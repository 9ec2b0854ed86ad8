import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { app, type OpenDialogOptions } from 'electron'
import type { ChosenFile } from '../../shared/ipc.ts'
import { chooseFile, chooseTarget } from './fileDialogs.ts'
import { texts } from './texts.ts'

const dialogs: Record<ChosenFile | 'settings', OpenDialogOptions> = {
  'uploads folder': { title: texts.choose.uploadsFolder, properties: ['openDirectory'] },
  // Keys have no ending, and are in a hidden folder.
  'key file': { title: texts.choose.keyFile, properties: ['openFile', 'showHiddenFiles'] },
  certificate: { title: texts.choose.certificate, properties: ['openFile'] },
  settings: {
    title: texts.choose.settings,
    properties: ['openFile', 'showHiddenFiles'],
    filters: [{ name: texts.choose.allFiles, extensions: ['*'] }],
  },
}

/** Null when nothing was chosen. */
export function chooseForProfile(what: ChosenFile | 'settings'): Promise<string | null> {
  const home = app.getPath('home')
  const defaultPath = what === 'key file' ? join(home, '.ssh') : home
  return chooseFile({ ...dialogs[what], defaultPath })
}

/** Asks where to, and writes; null when nowhere. */
export async function saveProfiles(text: string): Promise<string | null> {
  const path = await chooseTarget(texts.choose.exportTo, 'readur-connections.json', texts.choose.connections)
  if (path !== null) await writePrivate(path, text)
  return path
}

/** Readable for its owner alone, whatever was there; appears under its name when it is complete. */
async function writePrivate(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID().slice(0, 8)}.part`
  try {
    await writeFile(partial, text, { mode: 0o600, flag: 'wx', flush: true })
    await rename(partial, path)
  } finally {
    await rm(partial, { force: true })
  }
}
