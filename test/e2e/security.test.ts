import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ipcChannels } from '../../src/shared/ipc.ts'
import { openWindow, type OpenWindow } from './window.ts'

const reply = z.object({ ok: z.boolean(), error: z.object({ code: z.string(), message: z.string() }).optional() })

describe('the window', () => {
  let home: string
  let opened: OpenWindow

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'readur-e2e-'))
    opened = await openWindow(home)
    await opened.page.getByRole('heading', { name: 'Welcome' }).waitFor()
  })
  afterAll(async () => {
    await opened.close()
    await rm(home, { recursive: true, force: true })
  })

  it('is isolated and sandboxed, and its page has no Node', async () => {
    const preferences = await opened.app.evaluate(({ BrowserWindow }) => {
      // Not in Electron's types.
      const contents: object = BrowserWindow.getAllWindows()[0]?.webContents ?? {}
      const get: unknown = Reflect.get(contents, 'getLastWebPreferences')
      return typeof get === 'function' ? JSON.stringify(Reflect.apply(get, contents, [])) : '{}'
    })
    expect(JSON.parse(preferences)).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    })
    const seen = await opened.page.evaluate(() => [
      typeof Reflect.get(globalThis, 'require'),
      typeof Reflect.get(globalThis, 'process'),
    ])
    expect(seen).toEqual(['undefined', 'undefined'])
  })

  it('offers the page named functions of the contract, and nothing of ipcRenderer', async () => {
    const names = await opened.page.evaluate(() =>
      Object.entries(window.readur ?? {}).flatMap(([topic, calls]) =>
        Object.keys(calls).map((name) => `${topic}.${name}`),
      ),
    )
    const events = [
      'events.onBackupChanged',
      'events.onConnectionTested',
      'events.onDoctorChanged',
      'events.onMenuChosen',
      'events.onQuestionsChanged',
      'events.onRunSnapshot',
    ]
    expect(names.sort()).toEqual([...ipcChannels, 'dropped.pathOf', ...events].sort())
  })

  it('serves its page with a strict content policy and a fresh nonce each time', async () => {
    const answers = await opened.page.evaluate(async () => {
      const pages = await Promise.all([fetch('/index.html'), fetch('/index.html')])
      return Promise.all(
        pages.map(async (page) => ({ headers: Object.fromEntries(page.headers), html: await page.text() })),
      )
    })
    const nonces = answers.map(({ headers, html }) => {
      const { 'content-security-policy': policy = '', ...others } = headers
      const nonce = /'nonce-([\w+/]{22}==)'/.exec(policy)?.[1] ?? 'no nonce'
      expect(policy.replace(nonce, 'NONCE').split('; ')).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'nonce-NONCE'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ])
      expect(others).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
      })
      expect(html).toContain(nonce)
      return nonce
    })
    expect(new Set(nonces).size).toBe(2)
  })

  it('runs no script but its own', async () => {
    const ran = await opened.page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.injected = true'
      document.head.append(script)
      script.remove()
      // A debugger's own call may compile text; what goes on after it has waited may not.
      await fetch('/index.html')
      let compiled = 'compiled'
      try {
        Reflect.construct(Function, ['return true'])
      } catch (error) {
        compiled = error instanceof Error ? error.name : 'no error'
      }
      return { injected: Reflect.has(globalThis, 'injected'), compiled }
    })
    expect(ran).toEqual({ injected: false, compiled: 'EvalError' })
  })

  it('serves nothing outside of its own folder', async () => {
    const paths = [
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2f..%2fpackage.json',
      '/etc/passwd',
      '/%00',
      '/package.json',
    ]
    const statuses = await opened.page.evaluate(
      (wanted) => Promise.all(wanted.map(async (path) => (await fetch(path)).status)),
      paths,
    )
    expect(statuses).toEqual(paths.map(() => 404))
  })

  describe('with another place to go to', () => {
    let elsewhere: Server
    let address: string
    let visits: string[]

    beforeAll(async () => {
      elsewhere = createServer((request, response) => {
        visits.push(request.url ?? '')
        if (request.url === '/moved') response.writeHead(302, { location: '/landed' })
        response.end('<title>Elsewhere</title>')
      }).listen(0, '127.0.0.1')
      await once(elsewhere, 'listening')
      const bound = elsewhere.address()
      if (bound === null || typeof bound === 'string') throw new Error('There is no address.')
      address = `http://127.0.0.1:${bound.port}`
    })
    beforeEach(() => (visits = []))
    afterAll(() => elsewhere.close())

    /** Does something that makes the window's contents announce a way out, and tells whether that was prevented. */
    async function isPrevented(announcement: string, leave: () => Promise<unknown>): Promise<boolean> {
      const announced = await opened.app.evaluateHandle(({ BrowserWindow }, name) => {
        const contents: NodeJS.EventEmitter | undefined = BrowserWindow.getAllWindows()[0]?.webContents
        const prevented = new Promise<boolean>((resolve) => {
          contents?.once(name, (event: Event) => resolve(event.defaultPrevented))
        })
        return { prevented }
      }, announcement)
      await leave()
      return announced.evaluate(({ prevented }) => prevented)
    }

    it('follows no link out', async () => {
      const before = opened.page.url()
      const click = () =>
        opened.page.evaluate((href) => {
          const link = document.createElement('a')
          link.href = href
          document.body.append(link)
          link.click()
          link.remove()
        }, `${address}/link`)
      expect(await isPrevented('will-navigate', click)).toBe(true)
      expect(opened.page.url()).toBe(before)
      expect(visits).toEqual([])
    })

    it('follows no redirect out', async () => {
      const load = () =>
        opened.app.evaluate(
          ({ BrowserWindow }, url) =>
            BrowserWindow.getAllWindows()[0]
              ?.loadURL(url)
              .then(
                () => 'loaded',
                () => 'not loaded',
              ),
          `${address}/moved`,
        )
      const before = opened.page.url()
      expect(await isPrevented('will-redirect', load)).toBe(true)
      expect(visits).toEqual(['/moved'])
      expect(opened.page.url()).toBe(before)
    })

    it('reaches no other server', async () => {
      const fetched = await opened.page.evaluate(
        (url) =>
          fetch(url, { mode: 'no-cors' }).then(
            () => 'answered',
            () => 'refused',
          ),
        `${address}/fetched`,
      )
      expect(fetched).toBe('refused')
      expect(visits).toEqual([])
    })

    it('opens no other window', async () => {
      expect(await opened.page.evaluate((url) => window.open(url) === null, `${address}/opened`)).toBe(true)
      expect(await opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
      expect(visits).toEqual([])
    })
  })

  it('has no webviews, and attaches none', async () => {
    const known = await opened.page.evaluate(() => Reflect.has(document.createElement('webview'), 'loadURL'))
    const prevented = await opened.app.evaluate(({ BrowserWindow }) => {
      let stopped = false
      const event = { preventDefault: () => (stopped = true) }
      const contents: NodeJS.EventEmitter | undefined = BrowserWindow.getAllWindows()[0]?.webContents
      contents?.emit('will-attach-webview', event, {}, { src: 'https://example.com/' })
      return stopped
    })
    expect({ known, prevented }).toEqual({ known: false, prevented: true })
  })

  it('grants no permission, whether asked for or looked up', async () => {
    const states = await opened.page.evaluate(async () => {
      const states: Record<string, string> = {}
      for (const name of ['camera', 'clipboard-read', 'geolocation', 'microphone', 'midi', 'notifications']) {
        // Not all names are in the types.
        states[name] = (await navigator.permissions.query({ name: name as PermissionName })).state
      }
      return states
    })
    expect(states).toEqual({
      camera: 'denied',
      'clipboard-read': 'denied',
      geolocation: 'denied',
      microphone: 'denied',
      midi: 'denied',
      notifications: 'denied',
    })
    expect(await opened.page.evaluate(() => Notification.requestPermission())).toBe('denied')
    const midi = await opened.page.evaluate(() =>
      navigator.requestMIDIAccess().then(
        () => 'granted',
        (error: unknown) => (error instanceof Error ? error.name : 'refused'),
      ),
    )
    expect(midi).toMatch(/NotAllowedError|SecurityError/)
  })

  it('writes down no crashes: they would hold what was in memory', async () => {
    const [folder, uploads] = await opened.app.evaluate(({ app, crashReporter }) => [
      app.getPath('crashDumps'),
      crashReporter.getUploadToServer(),
    ])
    expect(uploads).toBe(false)
    const files = await readdir(folder).catch(() => [])
    // A started reporter makes a database here; the id is there without one.
    expect(files.filter((name) => name !== 'client_id')).toEqual([])
  })

  it('refuses arguments that a call does not take, with an error and not with silence', async () => {
    const replies = await opened.page.evaluate(() => {
      const runs: object = window.readur?.runs ?? {}
      const call = async (name: string, ...args: unknown[]): Promise<unknown> => {
        const fn: unknown = Reflect.get(runs, name)
        return typeof fn === 'function' ? await Reflect.apply(fn, undefined, args) : undefined
      }
      const overlong = { limit: 1e9, after: 0 }
      return Promise.all([call('get', 42), call('get', '../../etc/passwd'), call('plan'), call('items', 'x', overlong)])
    })
    for (const answer of replies) expect(reply.parse(answer).ok).toBe(false)
    expect(reply.parse(replies[1]).error?.code).toBe('RUN_NOT_FOUND')
  })
})
