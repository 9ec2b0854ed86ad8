import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
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
      Object.entries(window.readur ?? {}).map(([topic, calls]) => `${topic}: ${Object.keys(calls).sort().join(' ')}`),
    )
    expect(names.sort()).toEqual([
      'app: info',
      'events: onRunSnapshot',
      'profiles: list',
      'runs: current export get items list plan problems reveal start stop',
    ])
  })

  it('serves its page with a strict content policy and a fresh nonce each time', async () => {
    const policies = await opened.page.evaluate(async () => {
      const answers = await Promise.all([fetch('/index.html'), fetch('/index.html')])
      return answers.map((answer) => answer.headers.get('content-security-policy') ?? '')
    })
    const [first = '', second = ''] = policies
    expect(first).toContain("default-src 'none'")
    expect(first).toContain("script-src 'self'")
    expect(first).not.toContain('unsafe')
    expect(first).not.toBe(second)
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

  it('goes nowhere else, opens no window and grants no permission', async () => {
    const { page, app } = opened
    const before = page.url()
    await page.evaluate(() => {
      const link = document.createElement('a')
      link.href = 'https://example.com/'
      document.body.append(link)
      link.click()
      link.remove()
    })
    expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true)
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
    expect(page.url()).toBe(before)
    const granted = await page.evaluate(() => Notification.requestPermission())
    expect(granted).toBe('denied')
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
