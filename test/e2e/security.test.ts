import { once } from 'node:events'
import { createSocket } from 'node:dgram'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { invoke, openConnection, openWindow, type OpenWindow } from './window.ts'

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

  it('offers the page commands by name, refuses all other names, and shows nothing of ipcRenderer', async () => {
    const names = await opened.page.evaluate(() => Object.keys(window.readur ?? {}))
    expect(names.sort()).toEqual(['invoke', 'on', 'pathOf'])
    const unknown = await opened.page.evaluate(async () => {
      const replies: unknown[] = []
      for (const name of ['runs.nothing', 'constructor', '__proto__', 'ipc-message'])
        replies.push(await window.readur?.invoke(name))
      return replies
    })
    expect(unknown).toMatchObject(Array(4).fill({ ok: false, error: { code: 'INTERNAL' } }))
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
      expect(await isPrevented('will-frame-navigate', click)).toBe(true)
      expect(opened.page.url()).toBe(before)
      expect(visits).toEqual([])
    })

    it('follows no redirect out', async () => {
      const redirect = () =>
        opened.app.evaluate(({ BrowserWindow }, url) => {
          const contents: NodeJS.EventEmitter | undefined = BrowserWindow.getAllWindows()[0]?.webContents
          const event = { url, defaultPrevented: false, preventDefault: () => (event.defaultPrevented = true) }
          contents?.emit('will-redirect', event)
        }, `${address}/moved`)
      expect(await isPrevented('will-redirect', redirect)).toBe(true)
    })

    it('comes back from an empty page', async () => {
      const before = opened.page.url()
      const back = opened.page.waitForEvent('load')
      await opened.page.evaluate(() => {
        // Once this call has been answered.
        setTimeout(() => {
          location.href = 'about:blank'
        })
      })
      await back
      await opened.page.waitForURL(before)
      await opened.page.getByRole('heading', { name: 'Welcome' }).waitFor()
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

    it('downloads nothing', async () => {
      const started = await opened.app.evaluateHandle(({ session }) => {
        const prevented = new Promise<boolean>((resolve) => {
          session.defaultSession.once('will-download', (event) => resolve(event.defaultPrevented))
        })
        return { prevented }
      })
      await opened.page.evaluate(() => {
        const link = document.createElement('a')
        link.href = URL.createObjectURL(new Blob(['saved']))
        link.download = 'saved.txt'
        link.click()
      })
      expect(await started.evaluate(({ prevented }) => prevented)).toBe(true)
    })

    it('confines windows that do not exist yet as well', async () => {
      const kept = await opened.app.evaluate(async ({ BrowserWindow }, url) => {
        const other = new BrowserWindow({ show: false, webPreferences: { sandbox: true } })
        const policy = other.webContents.getWebRTCIPHandlingPolicy()
        const outcome = await other.loadURL(url).then(
          () => 'loaded',
          () => 'not loaded',
        )
        other.destroy()
        return { policy, outcome }
      }, `${address}/other`)
      expect(kept).toEqual({ policy: 'disable_non_proxied_udp', outcome: 'not loaded' })
      expect(visits).toEqual([])
    })

    it('sends no packet by WebRTC: neither datagrams nor connections, to an address or a name', async () => {
      const heard: string[] = []
      const datagrams = createSocket('udp4', (_bytes, { port }) => heard.push(`datagram from ${port}`))
      datagrams.bind(0, '127.0.0.1')
      await once(datagrams, 'listening')
      const connections = createTcpServer((socket) => {
        heard.push(`connection from ${socket.remotePort}`)
        socket.destroy()
      }).listen(0, '127.0.0.1')
      await once(connections, 'listening')
      const bound = connections.address()
      const tcp = typeof bound === 'object' && bound ? bound.port : 0
      const udp = datagrams.address().port
      const servers = [
        { urls: `stun:127.0.0.1:${udp}` },
        { urls: `stun:localhost:${udp}` },
        { urls: `turn:127.0.0.1:${udp}`, username: 'u', credential: 'c' },
        { urls: `turn:127.0.0.1:${tcp}?transport=tcp`, username: 'u', credential: 'c' },
        { urls: `turn:localhost:${tcp}?transport=tcp`, username: 'u', credential: 'c' },
        { urls: `turns:127.0.0.1:${tcp}?transport=tcp`, username: 'u', credential: 'c' },
      ]
      const candidates = await opened.page.evaluate(async (iceServers) => {
        const connection = new RTCPeerConnection({ iceServers })
        const found: string[] = []
        connection.createDataChannel('out')
        const gathered = new Promise<void>((resolve) => {
          connection.onicecandidate = ({ candidate }) => {
            if (candidate) found.push(candidate.candidate)
            else resolve()
          }
        })
        await connection.setLocalDescription(await connection.createOffer())
        await gathered
        connection.close()
        return found
      }, servers)
      // It is over: all servers have been tried.
      expect(candidates).toEqual([])
      expect(heard).toEqual([])
      datagrams.close()
      connections.close()
    })
  })

  it('has nothing for developers: neither in its menu nor by a shortcut', async () => {
    const found = await opened.app.evaluate(({ BrowserWindow, Menu }) => {
      const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? []
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      contents?.openDevTools()
      return {
        roles: items.map(({ role }) => role?.toLowerCase()).filter((role) => /reload|devtools/.test(role ?? '')),
        items: items.length > 0,
        opened: contents?.isDevToolsOpened(),
      }
    })
    expect(found).toEqual({ roles: [], items: true, opened: false })
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
      const call = (name: string, ...args: unknown[]) => window.readur?.invoke(`runs.${name}`, ...args)
      const overlong = { limit: 1e9, after: 0 }
      return Promise.all([call('get', 42), call('get', '../../etc/passwd'), call('plan'), call('items', 'x', overlong)])
    })
    for (const answer of replies) expect(reply.parse(answer).ok).toBe(false)
    expect(reply.parse(replies[1]).error?.code).toBe('RUN_NOT_FOUND')
  })
})

describe('a variable that names another page', () => {
  it('is nothing to what is shipped', async () => {
    const visits: string[] = []
    const stranger = createServer((request, response) => {
      visits.push(request.url ?? '')
      response.end('<title>Stranger</title>')
    }).listen(0, '127.0.0.1')
    await once(stranger, 'listening')
    const bound = stranger.address()
    const port = typeof bound === 'object' && bound ? bound.port : 0
    const home = await mkdtemp(join(tmpdir(), 'readur-e2e-'))
    const opened = await openWindow(home, { ELECTRON_RENDERER_URL: `http://127.0.0.1:${port}` })
    await opened.page.getByRole('heading', { name: 'Welcome' }).waitFor()
    expect(opened.page.url()).toMatch(/^readur-migrate:\/\/app\//)
    expect(visits).toEqual([])
    await opened.close()
    stranger.close()
    await rm(home, { recursive: true, force: true })
  })
})

describe('a connection with passwords', () => {
  let home: string
  let opened: OpenWindow
  /** Takes every connection, answers nothing, and keeps all that it is told. */
  let stranger: Stranger
  let friend: Stranger
  const secrets = { POSTGRES_PASSWORD: { set: 'planted-password' }, S3_SECRET_ACCESS_KEY: { set: 'planted-key' } }
  const draftTo = (name: string, port: number) => ({
    name,
    server: null,
    envFile: null,
    variables: {
      POSTGRES_HOST: '127.0.0.1',
      POSTGRES_PORT: String(port),
      READUR_UPLOADS_DIR: home,
      S3_BUCKET_NAME: 'bucket',
      S3_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      S3_ACCESS_KEY_ID: 'planted-id',
    },
  })

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'readur-e2e-'))
    ;[stranger, friend] = [await openStranger(), await openStranger()]
    opened = await openWindow(home)
    await opened.page.getByRole('heading', { name: 'Welcome' }).waitFor()
  })
  afterAll(async () => {
    await opened.close()
    stranger.close()
    friend.close()
    await rm(home, { recursive: true, force: true })
  })

  it('sends them to its own place, and by no call of the page to another one', async () => {
    const { page } = opened
    const [own, other] = [draftTo('Own', friend.port), draftTo('Own', stranger.port)]
    const created = await invoke(page, 'profiles.create', own, secrets)
    const id = created.ok ? created.value.id : ''
    const first = await invoke(page, 'connection.test', 'own', id, own, {})
    const second = await invoke(page, 'connection.test', 'other', id, other, {})
    await invoke(page, 'profiles.update', id, other, {})
    const details = await invoke(page, 'profiles.get', id)
    await invoke(page, 'connection.test', 'saved', id, other, {})
    expect(first.ok).toBe(true)
    expect(friend.heard()).toContain('planted-password')
    expect(second).toMatchObject({ ok: false, error: { code: 'SECRET_ELSEWHERE' } })
    expect(details).toMatchObject({ ok: true, value: { has: [] } })
    // Neither a password nor what was signed with the key.
    expect(stranger.heard()).toBe('')
  })

  it('asks past the page before passwords that were found go elsewhere', async () => {
    const asked = await opened.app.evaluateHandle(({ dialog }) => {
      const questions: string[] = []
      dialog.showMessageBox = (...args: unknown[]) => {
        questions.push(JSON.stringify(args.at(-1)))
        return Promise.resolve({ response: 1, checkboxChecked: false })
      }
      return questions
    })
    const text = 'DATABASE_URL=postgres://readur:planted-found@10.0.0.1/readur'
    const found = await invoke(opened.page, 'discovery.read', [{ name: '.env', text }])
    if (!found.ok) throw new Error('Nothing was found.')
    const password = found.value[0]?.settings.find(({ setting }) => setting === 'databasePassword')?.chosen
    const token = password && 'token' in password ? password.token : ''
    const given = { POSTGRES_PASSWORD: { take: token }, S3_SECRET_ACCESS_KEY: { set: 'typed' } }
    const reply = await invoke(opened.page, 'connection.test', 'found', null, draftTo('Found', stranger.port), given)
    expect(reply).toMatchObject({ ok: false, error: { code: 'SETTING_INVALID' } })
    const questions = await asked.evaluate((all) => all)
    expect(questions).toHaveLength(1)
    expect(questions[0]).toContain('postgres://readur@10.0.0.1:5432')
    expect(questions[0]).not.toContain('planted-found')
    expect(stranger.heard()).toBe('')
  })

  it('shows what a Compose file says of files in another folder only when somebody agrees', async () => {
    const [own, stranger] = [join(home, 'own'), join(home, 'stranger')]
    await Promise.all([mkdir(own), mkdir(stranger)])
    await writeFile(join(stranger, '.env'), 'POSTGRES_PASSWORD=of-another-project\n')
    const file = join(own, 'docker-compose.yml')
    await writeFile(
      file,
      'services:\n  readur:\n    image: readur/readur\n    env_file: ../stranger/.env\n    environment:\n      S3_BUCKET_NAME: ${POSTGRES_PASSWORD}\n',
    )
    await symlink(join(stranger, '.env'), join(own, '.env'))
    const answered = async (response: number) => {
      const asked = await opened.app.evaluateHandle(({ dialog }, answer) => {
        const questions: string[] = []
        dialog.showMessageBox = (...args: unknown[]) => {
          questions.push(JSON.stringify(args.at(-1)))
          return Promise.resolve({ response: answer, checkboxChecked: false })
        }
        return questions
      }, response)
      const reply = await invoke(opened.page, 'discovery.readFiles', [file])
      return { reply: JSON.stringify(reply), asked: await asked.evaluate((all) => all) }
    }
    const refused = await answered(1)
    expect(refused.reply).not.toContain('of-another-project')
    expect(refused.asked).toHaveLength(1)
    expect(refused.asked[0]).toContain(join(stranger, '.env'))
    expect((await answered(0)).reply).toContain('of-another-project')
  })

  it('shows them as missing when a stranger’s settings are filled into it', async () => {
    const { page } = opened
    await invoke(page, 'profiles.create', draftTo('Filled', friend.port), secrets)
    await page.reload()
    await openConnection(page, 'Filled')
    await page.getByRole('tab', { name: 'Settings' }).click()
    const kept = page.getByRole('group', { name: 'Password', exact: true })
    await kept.getByText('Saved').waitFor()
    await page.getByRole('button', { name: 'Paste text' }).click()
    await page
      .getByRole('textbox', { name: 'Readur’s settings as text' })
      .fill(`POSTGRES_HOST=10.9.9.9\nPOSTGRES_USER=readur\nS3_ENDPOINT_URL=https://evil.example\nS3_BUCKET_NAME=b\n`)
    await page.getByRole('button', { name: 'Fill in', exact: true }).click()
    // What is found for fields that hold something else is asked for in each of them.
    const choices = page.getByRole('group', { name: 'Two values were found' })
    await choices.first().waitFor()
    expect(await page.getByLabel('Address', { exact: true }).inputValue()).toBe(`http://127.0.0.1:${friend.port}`)
    for (let left = await choices.count(); left > 0; left -= 1) {
      await choices.first().getByRole('button', { name: 'Use it' }).click()
    }
    await page.getByText(`The saved one is for postgres://readur@127.0.0.1:${friend.port}.`, { exact: false }).waitFor()
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('')
    expect(await page.getByLabel('Secret key', { exact: true }).inputValue()).toBe('')
    await page.getByRole('button', { name: 'Save and check' }).click()
    await page.getByText('Enter the password again for the new address.').waitFor()
    await page.getByText('Enter the secret key.').waitFor()
    await page.getByRole('button', { name: 'Discard changes' }).click()
    await kept.getByText('Saved').waitFor()
  })

  it('is kept, and exported, in files that nobody else can read', async () => {
    const target = join(home, 'exported.json')
    await writeFile(target, 'old', { mode: 0o644 })
    await opened.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
    }, target)
    const all = await invoke(opened.page, 'profiles.list')
    await invoke(opened.page, 'profiles.export', all.ok ? all.value.map(({ id }) => id) : [])
    expect(await readFile(target, 'utf8')).toContain('"name": "Filled"')
    const written = ['exported.json', 'profiles.json', 'profiles.backup.json']
    const modes = await Promise.all(written.map(async (name) => (await stat(join(home, name))).mode & 0o777))
    expect(modes).toEqual([0o600, 0o600, 0o600])
    // Said at the start, so that it holds for what is not listed here.
    const other = join(home, 'other')
    await opened.app.evaluate((_electron, path) => {
      const { writeFileSync } = process.getBuiltinModule('fs')
      writeFileSync(path, '')
    }, other)
    expect((await stat(other)).mode & 0o777).toBe(0o600)
  })
})

interface Stranger {
  port: number
  heard: () => string
  close: () => void
}

/** A server that asks whoever comes for a password in clear, as PostgreSQL may, and keeps what it hears. */
async function openStranger(): Promise<Stranger> {
  const heard: Buffer[] = []
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      heard.push(bytes)
      // “Is TLS spoken?” No; “hello”: your password, please.
      if (bytes.length === 8) socket.write('N')
      else if (bytes.readUInt32BE(0) === bytes.length) socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]))
      else socket.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  const port = typeof bound === 'object' && bound ? bound.port : 0
  return { port, heard: () => Buffer.concat(heard).toString('latin1'), close: () => server.close() }
}
