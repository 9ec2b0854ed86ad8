import { EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'

const windows = vi.hoisted((): (EventEmitter & { options: unknown; maximize: () => void; show: () => void })[] => [])
/** What the platform says of the window that is open. */
const shown = vi.hoisted(() => ({ bounds: { x: 40, y: 60, width: 1300, height: 900 }, maximized: false }))
const dir = mkdtempSync(join(tmpdir(), 'readur-window-'))
afterAll(() => rmSync(dir, { recursive: true }))

vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events')
  class BrowserWindow extends EventEmitter {
    constructor(readonly options: unknown) {
      super()
      windows.push(this)
    }
    readonly webContents = new EventEmitter()
    loadURL = () => Promise.resolve()
    maximize = vi.fn()
    show = vi.fn()
    getNormalBounds = () => shown.bounds
    isMaximized = () => shown.maximized
  }
  const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 27, width: 1920, height: 1053 } }] }
  return { app: { getAppPath: () => '/opt/app' }, BrowserWindow, nativeTheme: {}, protocol: {}, screen }
})
const { createMainWindow } = await import('../../../src/main/window/mainWindow.ts')
const { comeBack } = await import('../../../src/main/window/comeBack.ts')
const { OpenedFile, stateFileIn } = await import('../../../src/main/window/openedFile.ts')
const { windowFile } = await import('../../../src/main/profiles/windowFile.ts')
const { WindowPlace } = await import('../../../src/main/window/windowPlace.ts')
const { Wakefulness } = await import('../../../src/main/window/wakefulness.ts')
const { confine, isolate } = await import('../../../src/main/window/confine.ts')
const { devServerOf, isOurPage } = await import('../../../src/main/window/pageSource.ts')

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

describe('the dev server', () => {
  it('is named by a variable in a build for development alone', () => {
    expect(devServerOf(true, 'http://localhost:5173')).toBe('http://localhost:5173')
    expect(devServerOf(false, 'http://localhost:5173')).toBeNull()
    expect(devServerOf(true, undefined)).toBeNull()
  })

  it.each(['http://evil.example', 'https://localhost', 'file:///tmp/x', 'nothing', 'http://localhost.evil.example'])(
    'is not %s',
    (address) => expect(devServerOf(true, address)).toBeNull(),
  )
})

describe('the window', () => {
  const open = () => {
    createMainWindow(built, new WindowPlace(windowFile(dir)), false)
    const window = windows.at(-1)
    if (!window) throw new Error('No window was opened.')
    return window
  }
  beforeEach(() => rmSync(join(dir, 'window.json'), { force: true }))

  it('opens where it was closed, as large, and maximized if it was', () => {
    const first = open()
    expect(first.options).toMatchObject({ width: 1180, height: 800 })
    expect(first.options).not.toHaveProperty('x')
    first.emit('close')
    const second = open()
    expect(second.options).toMatchObject(shown.bounds)
    second.emit('ready-to-show')
    expect(second.show).toHaveBeenCalledTimes(1)
    expect(second.maximize).not.toHaveBeenCalled()
    shown.maximized = true
    second.emit('close')
    const third = open()
    expect(third.maximize).not.toHaveBeenCalled()
    third.emit('ready-to-show')
    expect(third.maximize).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['on a screen that is gone', { x: 2000, y: 60 }],
    ['above the screen', { x: 40, y: -20 }],
    ['below it', { x: 40, y: 1060 }],
    ['left of it but for a sliver', { x: -1250, y: 60 }],
    ['nowhere that can be read', { x: 'left', y: 60 }],
  ])('opens as at first if it was %s', (_where, corner) => {
    writeFileSync(join(dir, 'window.json'), JSON.stringify({ width: 1300, height: 900, maximized: false, ...corner }))
    const { options } = open()
    expect(options).toMatchObject({ width: 1180, height: 800 })
    expect(options).not.toHaveProperty('x')
  })

  it('closes although its place cannot be kept', () => {
    const window = open()
    rmSync(dir, { recursive: true })
    try {
      expect(() => window.emit('close')).not.toThrow()
    } finally {
      mkdirSync(dir)
    }
  })

  it('is isolated, sandboxed and without Node', () => {
    open()
    expect(windows.at(-1)?.options).toMatchObject({
      webPreferences: {
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        devTools: false,
      },
    })
  })
})

describe('a page whose process has ended', () => {
  const opened = () => {
    const contents = Object.assign(new EventEmitter(), { reload: vi.fn(), isDestroyed: () => false })
    const clock = { ms: 0 }
    const [tell, giveUp] = [vi.fn(), vi.fn()]
    comeBack(contents as unknown as Parameters<typeof comeBack>[0], { tell, giveUp, now: () => clock.ms })
    const end = (reason: string) => contents.emit('render-process-gone', {}, { reason, exitCode: 5 })
    return { contents, clock, tell, giveUp, end }
  }

  it('is loaded again, and the log is told', () => {
    const { contents, tell, end } = opened()
    end('crashed')
    expect(contents.reload).toHaveBeenCalledTimes(1)
    expect(tell).toHaveBeenCalledWith({ reason: 'crashed', exitCode: 5 })
    end('clean-exit')
    expect(contents.reload).toHaveBeenCalledTimes(1)
  })

  it('is given up when it keeps ending, not when it ends now and then', () => {
    const { contents, clock, giveUp, end } = opened()
    for (let times = 0; times < 9; times += 1) {
      clock.ms += 25_000
      end('oom')
    }
    expect(giveUp).not.toHaveBeenCalled()
    for (let times = 0; times < 3; times += 1) end('oom')
    expect(giveUp).toHaveBeenCalled()
    expect(contents.reload.mock.calls.length).toBeLessThan(12)
  })
})

describe('a state file that the program is asked to open', () => {
  it.each([
    [['readur-migrate', '/home/ada/state.json'], '/home/ada/state.json'],
    [['readur-migrate', '--log-level=3', 'State.JSON'], '/work/State.JSON'],
    [['readur-migrate', '--file=state.json'], null],
    [['electron', '/opt/app'], null],
    [['/opt/odd.json'], null],
  ])('is in %j: %s', (argv, path) => expect(stateFileIn(argv, '/work')).toBe(path))

  it('is given once, and the page is told of a later one', () => {
    const tell = vi.fn()
    const opened = new OpenedFile('/first.json', tell)
    expect([opened.take(), opened.take()]).toEqual(['/first.json', null])
    opened.offer(null)
    expect(tell).not.toHaveBeenCalled()
    opened.offer('/second.json')
    expect(tell).toHaveBeenCalledTimes(1)
    expect(opened.take()).toBe('/second.json')
  })
})

it('keeps the computer awake for as long as something is under way, once', () => {
  const blocker = { start: vi.fn(() => 7), stop: vi.fn(() => true) }
  const wakefulness = new Wakefulness(blocker)
  wakefulness.keep(false)
  for (const awake of [true, true, false, false]) wakefulness.keep(awake)
  expect(blocker.start.mock.calls).toEqual([['prevent-app-suspension']])
  expect(blocker.stop.mock.calls).toEqual([[7]])
  wakefulness.keep(true)
  expect(blocker.start).toHaveBeenCalledTimes(2)
})

describe('whatever shows a page', () => {
  type Handler = (...args: unknown[]) => unknown
  function create(source: Parameters<typeof confine>[1]) {
    const app = Object.assign(new EventEmitter(), { commandLine: { appendSwitch: vi.fn() } })
    confine(app as unknown as Parameters<typeof confine>[0], source)
    const contents = Object.assign(new EventEmitter(), {
      setWindowOpenHandler: vi.fn<(handler: Handler) => void>(),
      setWebRTCIPHandlingPolicy: vi.fn(),
      loadURL: vi.fn(() => Promise.resolve()),
    })
    app.emit('web-contents-created', {}, contents)
    return { app, contents }
  }
  const goesTo = (contents: EventEmitter, name: string, url: string): boolean => {
    const preventDefault = vi.fn()
    contents.emit(name, { url, preventDefault })
    return preventDefault.mock.calls.length === 0
  }

  it.each(['will-frame-navigate', 'will-redirect'])('lets %s go to our page alone', (name) => {
    const { contents } = create(built)
    expect(goesTo(contents, name, 'readur-migrate://app/index.html#/')).toBe(true)
    expect(goesTo(contents, name, 'https://example.com/')).toBe(false)
    expect(goesTo(contents, name, 'about:blank')).toBe(false)
  })

  it('comes back from an empty page, which nothing announces', () => {
    const { contents } = create(built)
    contents.emit('did-navigate', {}, 'readur-migrate://app/index.html')
    expect(contents.loadURL).not.toHaveBeenCalled()
    contents.emit('did-navigate', {}, 'about:blank')
    expect(contents.loadURL).toHaveBeenCalledWith('readur-migrate://app/index.html')
  })

  it('attaches no webview, opens no other window, sends no datagram and looks up no name', () => {
    const { app, contents } = create(built)
    expect(goesTo(contents, 'will-attach-webview', '')).toBe(false)
    expect(contents.setWindowOpenHandler.mock.calls[0]?.[0]({ url: 'readur-migrate://app/' })).toEqual({
      action: 'deny',
    })
    expect(contents.setWebRTCIPHandlingPolicy).toHaveBeenCalledWith('disable_non_proxied_udp')
    expect(app.commandLine.appendSwitch).toHaveBeenCalledWith('host-resolver-rules', 'MAP * ~NOTFOUND')
    expect(create(served).app.commandLine.appendSwitch).not.toHaveBeenCalled()
  })

  it('gets no permission, no download, no request of another and no proxy that lives', async () => {
    const session = Object.assign(new EventEmitter(), {
      setPermissionRequestHandler: vi.fn<(handler: Handler) => void>(),
      setPermissionCheckHandler: vi.fn<(handler: Handler) => void>(),
      setDevicePermissionHandler: vi.fn<(handler: Handler) => void>(),
      webRequest: { onBeforeRequest: vi.fn<(handler: Handler) => void>() },
      setProxy: vi.fn(() => Promise.resolve()),
    })
    await isolate(session as unknown as Parameters<typeof isolate>[0], built)
    const decide = vi.fn()
    session.setPermissionRequestHandler.mock.calls[0]?.[0]({}, 'media', decide)
    expect(decide.mock.calls).toEqual([[false]])
    expect(session.setPermissionCheckHandler.mock.calls[0]?.[0]({}, 'media', 'readur-migrate://app')).toBe(false)
    expect(session.setDevicePermissionHandler.mock.calls[0]?.[0]({ deviceType: 'usb' })).toBe(false)
    expect(goesTo(session, 'will-download', '')).toBe(false)
    const isCancelled = (url: string): unknown => {
      const answer = vi.fn<(answer: { cancel: boolean }) => void>()
      session.webRequest.onBeforeRequest.mock.calls[0]?.[0]({ url, resourceType: 'xhr' }, answer)
      return answer.mock.calls[0]?.[0].cancel
    }
    const urls = [
      'readur-migrate://app/index.html',
      'data:image/png;base64,',
      'https://example.com/',
      'file:///etc/passwd',
      'ws://x/',
    ]
    expect(urls.map(isCancelled)).toEqual([false, false, true, true, true])
    expect(session.setProxy).toHaveBeenCalledWith(expect.objectContaining({ proxyBypassRules: '<-loopback>' }))
  })
})
