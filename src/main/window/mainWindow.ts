import { join } from 'node:path'
import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import { addressOf, type PageSource } from './pageSource.ts'
import { offerTextMenu } from './textMenu.ts'
import { texts } from './texts.ts'
import type { WindowPlace } from './windowPlace.ts'

/** Opens the window where it was: sandboxed and isolated; see confine for what keeps it on our page. */
export function createMainWindow(source: PageSource, place: WindowPlace, isDevelopment: boolean): BrowserWindow {
  const { maximized = false, ...bounds } = place.last(screen.getAllDisplays().map(({ workArea }) => workArea)) ?? {}
  const window = new BrowserWindow({
    width: 1180,
    height: 800,
    ...bounds,
    minWidth: 1024,
    minHeight: 700,
    show: false,
    title: texts.program,
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
      devTools: isDevelopment,
    },
  })
  place.follow(window)
  offerTextMenu(window.webContents)
  // Maximizing shows it, too.
  window.once('ready-to-show', () => (maximized ? window.maximize() : window.show()))
  void window.loadURL(addressOf(source))
  return window
}
