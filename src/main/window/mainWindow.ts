import { join } from 'node:path'
import { app, BrowserWindow, nativeTheme, type Session } from 'electron'
import { origin } from './protocol.ts'

/** The page of the dev server, only when the app is not packaged. */
export interface PageSource {
  devServer: string | null
}

/** Whether an address is our own page. */
export function isOurPage(address: string, source: PageSource): boolean {
  const ours = source.devServer ?? origin
  return address === ours || address.startsWith(`${ours}/`)
}

/** Opens the window: sandboxed, isolated, going nowhere else. */
export function createMainWindow(source: PageSource): BrowserWindow {
  const window = new BrowserWindow({
    width: 1180,
    height: 800,
    minWidth: 1024,
    minHeight: 700,
    show: false,
    title: 'Readur Migrate',
    // macOS takes the one of the application.
    icon: join(app.getAppPath(), 'resources/icons/256x256.png'),
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#171a1f' : '#f4f6f8',
    webPreferences: {
      preload: join(app.getAppPath(), 'out/preload/index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  })
  confine(window, source)
  window.once('ready-to-show', () => window.show())
  void window.loadURL(source.devServer ?? `${origin}/index.html`)
  return window
}

/** No way out of our page: no navigation, no windows, no webviews. */
function confine(window: BrowserWindow, source: PageSource): void {
  const { webContents } = window
  const stay = (event: { preventDefault: () => void; url: string }): void => {
    if (!isOurPage(event.url, source)) event.preventDefault()
  }
  webContents.on('will-navigate', stay)
  webContents.on('will-redirect', stay)
  webContents.on('will-attach-webview', (event) => event.preventDefault())
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** No page gets any permission: we need none. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
}
