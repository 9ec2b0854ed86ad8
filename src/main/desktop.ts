import { join } from 'node:path'
import { app, BrowserWindow, session, shell } from 'electron'
import { openDataDir } from './dataDir.ts'
import { createHandlers } from './ipc/handlers.ts'
import { registerHandlers, sendEvent } from './ipc/electron.ts'
import { openProfiles } from './profiles/desktop.ts'
import type { SecretOf } from './profiles/connection.ts'
import { keychain } from './profiles/keychain.ts'
import { SecretStore } from './profiles/secretStore.ts'
import { noPrompts } from './site.ts'
import { RunFolder } from './runs/runFolder.ts'
import { RunManager } from './runs/runManager.ts'
import { appVersion } from './version.ts'
import { createMainWindow, denyPermissions, isOurPage, type PageSource } from './window/mainWindow.ts'
import { setMenu } from './window/menu.ts'
import { registerScheme, serveApp } from './window/protocol.ts'
import { guardQuit } from './window/quit.ts'

/** Opens the window and wires it to the engine. Must be called before the app is ready. */
export async function startDesktop(): Promise<void> {
  const page: PageSource = { devServer: app.isPackaged ? null : (process.env.ELECTRON_RENDERER_URL ?? null) }
  registerScheme()

  const dataDir = openDataDir(process.env)
  // Chromium's own files lie beside ours, so that two data folders are two applications.
  app.setPath('userData', join(dataDir.root, 'window'))
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }

  const runs = new RunFolder(dataDir.runs)
  const profiles = openProfiles(dataDir.root)
  const secrets = new SecretStore(join(dataDir.root, 'secrets.json'), keychain)
  const secretsOf =
    (id: string): SecretOf =>
    (name) =>
      secrets.get(id, name)
  const manager = new RunManager({
    runs,
    states: dataDir.states,
    profileOf: (id) => profiles.find(id),
    secretsOf,
    ssh: { hostKeys: join(dataDir.root, 'hostKeys.json'), accept: [], prompts: noPrompts },
    onSnapshot: (snapshot) => {
      for (const window of BrowserWindow.getAllWindows()) sendEvent(window.webContents, 'run.snapshot', snapshot)
    },
  })

  app.on('second-instance', focusWindow)
  app.on('window-all-closed', () => app.quit())
  await app.whenReady()
  denyPermissions(session.defaultSession)
  serveApp(session.defaultSession, join(app.getAppPath(), 'out/renderer'))
  registerHandlers(
    createHandlers({
      info: { version: appVersion, dataDir: dataDir.root, runtime: `Electron ${process.versions.electron}` },
      profiles,
      secretsOf,
      runs,
      manager,
      states: dataDir.states,
      reveal: (path) => shell.showItemInFolder(path),
    }),
    ({ url, isMainFrame }) => isMainFrame && isOurPage(url, page),
  )
  setMenu()
  guardQuit(createMainWindow(page), manager)
}

function focusWindow(): void {
  const [window] = BrowserWindow.getAllWindows()
  if (!window) return
  if (window.isMinimized()) window.restore()
  window.focus()
}
