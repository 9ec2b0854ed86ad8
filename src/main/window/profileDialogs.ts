import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { app, type OpenDialogOptions } from 'electron'
import type { ChosenFile } from '../../shared/ipc.ts'
import { chooseFile, chooseTarget } from './fileDialogs.ts'

const dialogs: Record<ChosenFile | 'settings', OpenDialogOptions> = {
  'uploads folder': { title: 'Choose the uploads folder of Readur', properties: ['openDirectory'] },
  // Keys have no ending, and lie in a hidden folder.
  'key file': { title: 'Choose a private key', properties: ['openFile', 'showHiddenFiles'] },
  certificate: { title: 'Choose the certificate of the authority', properties: ['openFile'] },
  settings: {
    title: 'Choose docker-compose.yml, .env or Kubernetes files of Readur',
    properties: ['openFile', 'showHiddenFiles'],
    filters: [{ name: 'All files', extensions: ['*'] }],
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
  const path = await chooseTarget({
    title: 'Export connections',
    defaultPath: join(app.getPath('documents'), 'readur-connections.json'),
    filters: [{ name: 'Connections', extensions: ['json'] }],
  })
  if (path !== null) await writePrivate(path, text)
  return path
}

/** Readable for its owner alone, whatever lay there; appears under its name when it is complete. */
async function writePrivate(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID().slice(0, 8)}.part`
  try {
    await writeFile(partial, text, { mode: 0o600, flag: 'wx', flush: true })
    await rename(partial, path)
  } finally {
    await rm(partial, { force: true })
  }
}
