import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from '../../shared/ipc.ts'
import { texts } from './texts.ts'

interface MenuOrders {
  /** Passes on to the page what was chosen. */
  choose: (command: MenuCommand) => void
  openDataDir: () => void
  openLogs: () => void
  /** Shows a page of ours in the browser. */
  openPage: (page: 'documentation' | 'problems') => void
  checkForUpdates: () => void
  /** Shows what developers need, which leads out of the page. */
  isDevelopment: boolean
}

const isMac = process.platform === 'darwin'

/** The menus that each platform expects, and nothing that leads out of the window or reloads it. */
export function setMenu({ choose, openDataDir, openLogs, openPage, checkForUpdates, isDevelopment }: MenuOrders): void {
  // The page hears its keys itself: the menu only shows them.
  const order = (label: string, command: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => choose(command),
    ...(accelerator !== undefined && { accelerator, registerAccelerator: false }),
  })
  const settings = order(texts.menu.settings, 'settings', 'CmdOrCtrl+,')
  const line: MenuItemConstructorOptions = { type: 'separator' }
  const developer: MenuItemConstructorOptions[] = isDevelopment
    ? [line, { role: 'reload' }, { role: 'toggleDevTools' }]
    : []
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [appMenu(settings)] : []),
    {
      label: texts.menu.file,
      submenu: [
        order(texts.menu.newConnection, 'new connection', 'CmdOrCtrl+N'),
        order(texts.menu.importStateFile, 'import state file'),
        line,
        ...(isMac ? [{ role: 'close' as const }] : [settings, line, { role: 'quit' as const }]),
      ],
    },
    { role: 'editMenu' },
    {
      label: texts.menu.view,
      submenu: [
        order(texts.menu.back, 'back', 'Alt+Left'),
        order(texts.menu.forward, 'forward', 'Alt+Right'),
        line,
        order(texts.menu.connections, 'home', 'CmdOrCtrl+Shift+O'),
        order(texts.menu.history, 'history', 'CmdOrCtrl+Shift+H'),
        order(texts.menu.find, 'find', 'CmdOrCtrl+K'),
        line,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        line,
        { role: 'togglefullscreen' },
        ...developer,
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        order(texts.menu.shortcuts, 'shortcuts'),
        { label: texts.menu.documentation, click: () => openPage('documentation') },
        { label: texts.menu.problem, click: () => openPage('problems') },
        line,
        { label: texts.menu.dataFolder, click: openDataDir },
        { label: texts.menu.logsFolder, click: openLogs },
        line,
        { label: texts.menu.updates, click: checkForUpdates },
        order(texts.menu.licences, 'licences'),
        ...(isMac ? [] : [{ role: 'about' as const }]),
      ],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

/** macOS has settings and quitting in a menu named like the application. */
function appMenu(settings: MenuItemConstructorOptions): MenuItemConstructorOptions {
  return {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  }
}
