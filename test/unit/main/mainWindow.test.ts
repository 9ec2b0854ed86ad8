import { describe, expect, it, vi } from 'vitest'

const windows = vi.hoisted((): { options: unknown; handlers: Map<string, (event: unknown) => void> }[] => [])

vi.mock('electron', () => {
  class BrowserWindow {
    readonly handlers = new Map<string, (event: unknown) => void>()
    readonly webContents = {
      on: (name: string, handler: (event: unknown) => void) => this.handlers.set(name, handler),
      setWindowOpenHandler: (handler: () => unknown) => this.handlers.set('window.open', handler),
    }
    constructor(readonly options: unknown) {
      windows.push(this)
    }
    once = () => this
    loadURL = () => Promise.resolve()
  }
  return { app: { getAppPath: () => '/opt/app' }, BrowserWindow, nativeTheme: {}, protocol: {} }
})
const { createMainWindow, denyPermissions, isOurPage } = await import('../../../src/main/window/mainWindow.ts')

const built = { devServer: null }
const served = { devServer: 'http://localhost:5173' }

describe('our own page', () => {
  it.each([
    ['readur-migrate://app', built],
    ['readur-migrate://app/index.html', built],
    ['readur-migrate://app/index.html#/runs/7', built],
    ['http://localhost:5173/', served],
  ])('is %s', (address, source) => expect(isOurPage(address, source)).toBe(true))

  it.each([
    ['', built],
    ['about:blank', built],
    ['file:///opt/app/out/renderer/index.html', built],
    ['https://app/index.html', built],
    ['readur-migrate://application/index.html', built],
    ['readur-migrate://app.example.com/', built],
    ['readur-migrate://app@example.com/', built],
    ['readur-migrate://other/', built],
    ['data:text/html,readur-migrate://app/', built],
    ['http://localhost:5173/', built],
    ['http://localhost:51730/', served],
    ['http://localhost:5173.example.com/', served],
    ['readur-migrate://app/index.html', served],
  ])('is not %s', (address, source) => expect(isOurPage(address, source)).toBe(false))
})

describe('the window', () => {
  function open() {
    createMainWindow(built)
    const window = windows.at(-1)
    if (!window) throw new Error('No window was made.')
    return window
  }

  it('is isolated, sandboxed and without Node', () => {
    expect(open().options).toMatchObject({
      webPreferences: {
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
      },
    })
  })

  it.each(['will-navigate', 'will-redirect'])('lets %s go to our page alone', (name) => {
    const leave = open().handlers.get(name)
    const goTo = (url: string) => {
      const preventDefault = vi.fn()
      leave?.({ url, preventDefault })
      return preventDefault.mock.calls.length === 0 ? 'goes' : 'stays'
    }
    expect(goTo('readur-migrate://app/index.html#/')).toBe('goes')
    expect(goTo('https://example.com/')).toBe('stays')
    expect(leave).toBeDefined()
  })

  it('attaches no webview and opens no other window', () => {
    const { handlers } = open()
    const preventDefault = vi.fn()
    handlers.get('will-attach-webview')?.({ preventDefault })
    expect(preventDefault).toHaveBeenCalledOnce()
    expect(handlers.get('window.open')?.({ url: 'readur-migrate://app/' })).toEqual({ action: 'deny' })
  })

  it('denies each permission: asked for, looked up, or for a device', () => {
    const session = {
      setPermissionRequestHandler: vi.fn(),
      setPermissionCheckHandler: vi.fn(),
      setDevicePermissionHandler: vi.fn(),
    }
    denyPermissions(session as unknown as Parameters<typeof denyPermissions>[0])
    const handlerOf = (name: keyof typeof session): unknown => session[name].mock.calls[0]?.[0]
    const call = (handler: unknown, ...args: unknown[]): unknown =>
      typeof handler === 'function' ? Reflect.apply(handler, undefined, args) : 'no handler'

    const decide = vi.fn()
    call(handlerOf('setPermissionRequestHandler'), {}, 'media', decide)
    expect(decide.mock.calls).toEqual([[false]])
    expect(call(handlerOf('setPermissionCheckHandler'), {}, 'media', 'readur-migrate://app')).toBe(false)
    expect(call(handlerOf('setDevicePermissionHandler'), { deviceType: 'usb' })).toBe(false)
  })
})
