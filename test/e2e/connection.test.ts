import { createHash } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openProfiles } from '../../src/main/profiles/headless.ts'
import { makeCertificates, type Certificates } from '../services/certificates.ts'
import { startForwardProxy, type ForwardProxy } from '../services/forwardProxy.ts'
import { makeKey, startSshd, type Sshd } from '../services/sshd.ts'
import { startTlsFront, type TlsFront } from '../services/tlsFront.ts'
import { checkPointers } from '../../src/sandbox/check.ts'
import { takeSnapshot } from '../../src/sandbox/snapshot.ts'
import { listenersOf } from '../services/listeners.ts'
import { contentOf } from './outside.ts'
import { seriousFindings, seriousFindingsOf, tabTo } from './accessibility.ts'
import { bytesBelow, commandLines, listenToIpc, writtenForms } from './secrets.ts'
import { openWindow, openWorld, switchAtOnce, type OpenWindow, type World, openConnection } from './window.ts'

let world: World
beforeAll(async () => {
  world = await openWorld({ documents: 40, largeFileBytes: 1024 ** 2 })
})
afterAll(() => world.remove())

/** The settings of the sandbox, as a person would have them in a file. */
const settings = async (): Promise<string> =>
  `${await readFile(world.sandbox.envFile, 'utf8')}S3_SECRET_ACCESS_KEY=${world.secrets.secretAccessKey}\n`

const checkOf = (page: Page): Locator => page.getByRole('region', { name: 'Check' })
/** The line of an area whose checks have passed. */
const areaPassed = (page: Page, area: string): Promise<void> =>
  checkOf(page)
    .getByText(new RegExp(`^${area}: \\d+ checks? passed$`))
    .waitFor()
/** A check that failed, with what it says of it. */
const failureOf = (page: Page, name: string): Locator =>
  checkOf(page).getByRole('list', { name: 'To look at' }).getByRole('listitem').filter({ hasText: name }).first()
const passed = (page: Page): Promise<void> =>
  checkOf(page)
    .getByText(/^Ready to migrate/)
    .waitFor({ timeout: 60_000 })

describe('a new connection, by keyboard alone', () => {
  let opened: OpenWindow
  let home: string
  let ipc: () => Promise<string[]>
  const page = (): Page => opened.page
  const button = (name: string | RegExp) => page().getByRole('button', { name, exact: typeof name === 'string' })
  const press = async (target: Locator): Promise<void> => {
    await tabTo(page(), target)
    await page().keyboard.press('Enter')
  }

  beforeAll(async () => {
    home = join(world.home, '..', 'first')
    await mkdir(home)
    opened = await openWindow(home)
    ipc = await listenToIpc(opened.app)
    await page().getByRole('heading', { level: 1, name: 'Welcome' }).waitFor()
  })
  afterAll(() => opened.close())

  it('is offered at the first start, which says what the program is', async () => {
    expect(await page().locator('main').innerText()).toContain('moves the documents of a Readur server to an S3 bucket')
    expect(await seriousFindings(page())).toEqual([])
    await press(button('New connection').first())
    await page().getByRole('heading', { level: 1, name: 'New connection' }).waitFor()
    expect(await seriousFindings(page())).toEqual([])
  })

  it('finds its settings in what is pasted, says in each field where it stands, and shows no secret', async () => {
    await opened.app.evaluate(({ clipboard }, text) => clipboard.writeText(text), await settings())
    await page().keyboard.press('Control+V')
    await page()
      .getByText(/settings filled in from/)
      .waitFor()
    expect(await page().getByRole('textbox', { name: 'Bucket' }).inputValue()).toBe(world.sandbox.s3.bucket)
    for (const secret of Object.values(world.secrets)) expect(await page().content()).not.toContain(secret)
    expect(await seriousFindings(page())).toEqual([])
  })

  it('is saved and checked at once: every area passes', async () => {
    // It has a name already; who types writes another.
    await tabTo(page(), page().getByRole('textbox', { name: 'Name' }))
    await page().keyboard.press('Control+A')
    await page().keyboard.type('Mine')
    await page().keyboard.press('Control+Enter')
    await passed(page())
    for (const area of ['Database', 'Uploads folder', 'Bucket']) await areaPassed(page(), area)
    await page().getByRole('heading', { level: 1, name: 'Mine' }).waitFor()
    expect(await seriousFindings(page())).toEqual([])
  })

  it('with a wrong password fails at the login of the database, with its remedy and the way to its field', async () => {
    await press(button('Replace password'))
    await page().keyboard.type('wrong')
    await page().keyboard.press('Control+Enter')
    await checkOf(page()).getByText('Database login failed', { exact: true }).first().waitFor()
    const text = await failureOf(page(), 'Connection and login').innerText()
    expect(text).toContain('Check the database user and password')
    await areaPassed(page(), 'Bucket')
    expect(await seriousFindings(page())).toEqual([])
    await press(button('Go to field'))
    expect(await button('Replace password').evaluate((element) => element === document.activeElement)).toBe(true)
  })

  it('keeps what was typed when the editor is left, and offers the way back', async () => {
    await page().keyboard.press('Enter')
    await page().keyboard.type('other')
    await page().keyboard.press('Control+Shift+O')
    await page().getByText('Your changes to “Mine” aren’t saved.', { exact: false }).waitFor()
    await press(page().getByRole('status').getByRole('button', { name: 'Continue editing' }))
    await page().getByRole('textbox', { name: 'Name' }).waitFor()
    expect(await page().getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Mine')
    await tabTo(page(), page().getByLabel('Password', { exact: true }))
    await page().keyboard.press('Control+A')
    await page().keyboard.type(world.secrets.password)
  })

  it('is saved and checked again, and planned', async () => {
    await page().keyboard.press('Control+Enter')
    await passed(page())
    await press(button('Make a plan'))
    await page()
      .getByRole('button', { name: /^Copy \d+ files/ })
      .waitFor({ timeout: 60_000 })
    expect(await page().getByRole('heading', { level: 1 }).innerText()).toContain('Mine')
  })

  it('has a menu and dialogs that need no mouse', async () => {
    await page().keyboard.press('Control+Shift+O')
    const menu = button('More actions for Mine')
    const openMenu = async (item: string) => {
      await menu.press('Enter')
      await page().getByRole('menuitem', { name: item }).press('Enter')
      // It fades away, and is no menu any more meanwhile.
      await page().getByRole('menu').waitFor({ state: 'detached' })
    }
    const rename = page().getByRole('dialog', { name: 'Rename “Mine”' })
    expect(await seriousFindingsOf(page(), rename, () => openMenu('Rename…'))).toEqual([])
    await openMenu('Delete')
    await page().getByText('Its runs stay in the history', { exact: false }).waitFor()
    await page().getByRole('heading', { level: 1, name: 'Welcome' }).waitFor()
    await press(page().getByRole('status').getByRole('button', { name: 'Undo' }))
    await page().getByRole('heading', { level: 1, name: 'Mine' }).waitFor()
    // Its secrets came back with it.
    await openMenu('Check')
    await passed(page())
    expect(await seriousFindings(page())).toEqual([])
  })

  it('never had anything refused by its own content policy', () => {
    expect(opened.complaints).toEqual([])
  })

  it('has told its secrets to nobody: not in a reply or event, file, log or command line', async () => {
    const said = await ipc()
    for (const name of ['discovery.read', 'doctor.start', 'doctor.changed', 'profiles.create', 'profiles.get']) {
      expect(said.some((line) => line.startsWith(`${name} `))).toBe(true)
    }
    const places = new Map<string, Buffer>([
      ['IPC', Buffer.from(said.join('\n'))],
      ['terminal', Buffer.from(opened.output())],
      ['command lines', Buffer.from(await commandLines(opened.app))],
    ])
    await opened.close()
    for (const [path, bytes] of await bytesBelow(home)) places.set(relative(home, path), bytes)
    const placesOf = (text: string): string[] => {
      const forms = writtenForms(text)
      return [...places].filter(([, bytes]) => forms.some((form) => bytes.includes(form))).map(([name]) => name)
    }
    expect(placesOf(world.sandbox.s3.bucket)).toEqual(expect.arrayContaining(['IPC', 'profiles.json']))
    for (const secret of Object.values(world.secrets)) expect(placesOf(secret)).toEqual([])
  })
})

describe('a connection over SSH', () => {
  let opened: OpenWindow
  let sshd: Sshd
  let dir: string
  let lockedKey: string
  const page = (): Page => opened.page
  const button = (name: string | RegExp) => page().getByRole('button', { name })
  const dialog = (name: string | RegExp) => page().getByRole('dialog', { name })
  const fingerprint = ({ hostKeyLine }: Sshd): string => {
    const [, key = ''] = hostKeyLine.split(' ')
    return `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`
  }

  /** Adds a connection whose database and uploads lie behind a server, as its editor would save it. */
  function addProfile(id: string, name: string, port: number, keyFile: string): void {
    const database = new URL(world.sandbox.databaseUrl)
    const { bucket, region, endpoint, accessKeyId } = world.sandbox.s3
    openProfiles(dir).save({
      id,
      name,
      server: { host: '127.0.0.1', port, user: sshd.user, keyFiles: [keyFile], jumps: [] },
      envFile: null,
      variables: {
        POSTGRES_HOST: '127.0.0.1',
        POSTGRES_PORT: database.port,
        POSTGRES_DB: database.pathname.slice(1),
        POSTGRES_USER: database.username,
        UPLOAD_PATH: '/app/uploads',
        READUR_UPLOADS_DIR: world.sandbox.uploadsDir,
        S3_BUCKET_NAME: bucket,
        S3_REGION: region,
        S3_ENDPOINT_URL: endpoint,
        S3_FORCE_PATH_STYLE: 'true',
        S3_ACCESS_KEY_ID: accessKeyId,
      },
    })
  }
  const openEditor = async (name: string): Promise<void> => {
    await openConnection(page(), name)
    await page().getByRole('tab', { name: 'Settings' }).click()
    await page().getByRole('textbox', { name: 'Name' }).waitFor()
  }
  /** Its secrets live as long as the program, here where there is no keychain. */
  const giveSecrets = async (): Promise<void> => {
    await page().getByLabel('Password', { exact: true }).fill(world.secrets.password)
    await page().getByLabel('Secret key', { exact: true }).fill(world.secrets.secretAccessKey)
  }
  const test = (): Promise<void> => button('Save and check').click()

  beforeAll(async () => {
    sshd = await startSshd({ as: 'root' })
    dir = await mkdtemp(join(tmpdir(), 'readur-e2e-ssh-'))
    lockedKey = await makeKey(join(dir, 'locked'), 'ed25519', 'opens it')
    await appendFile(sshd.authorizedKeys, await readFile(`${lockedKey}.pub`))
    // Nothing of whoever runs the tests: neither a configuration nor known servers.
    const user = join(dir, 'user')
    await mkdir(join(user, '.ssh'), { recursive: true })
    await writeFile(join(user, '.ssh', 'config'), `Host nas\n  HostName 127.0.0.1\n  Port ${sshd.port}\n`)
    addProfile('far', 'Far away', sshd.port, sshd.clientKey)
    addProfile('locked', 'Locked', sshd.port, lockedKey)
    opened = await openWindow(dir, { HOME: user, SSH_AUTH_SOCK: '' })
    await page().getByRole('heading', { level: 1, name: 'Far away' }).waitFor()
  })
  afterAll(async () => {
    await opened.close()
    await sshd.stop()
    await rm(dir, { recursive: true, force: true })
  })

  it('offers the hosts of ~/.ssh/config with what they stand for', async () => {
    await openEditor('Far away')
    const host = page().getByRole('combobox', { name: 'Host', exact: true })
    await host.fill('n')
    const option = page().getByRole('option', { name: /^nas/ })
    await option.waitFor()
    expect(await option.innerText()).toContain(`@127.0.0.1:${sshd.port}`)
    expect(await seriousFindings(page())).toEqual([])
    await host.fill('127.0.0.1')
  })

  it('is refused by who does not trust the server, at the step of the host key', async () => {
    await giveSecrets()
    await test()
    const question = dialog('Is this the right server?')
    await question.waitFor()
    const text = await question.innerText()
    for (const part of ['127.0.0.1', String(sshd.port), 'ssh-ed25519', fingerprint(sshd)]) expect(text).toContain(part)
    await page().keyboard.press('Escape')
    const failure = failureOf(page(), 'Host key')
    await failure.waitFor()
    expect(await failure.textContent()).toContain('SSH_HOST_KEY_UNKNOWN')
    await areaPassed(page(), 'Bucket')
    await checkOf(page()).getByText('Database: not tried').waitFor()
    expect(await seriousFindingsOf(page(), question, test)).toEqual([])
  })

  it('goes through once the server is trusted, hop and step by step, and asks no more', async () => {
    await test()
    await button('Trust this server').click()
    await passed(page())
    expect(await checkOf(page()).textContent()).toContain(fingerprint(sshd))
    for (const area of ['Server', 'Database', 'Uploads folder']) await areaPassed(page(), area)
    await button('Make a plan').click()
    await button(/^Copy \d+ files/).waitFor({ timeout: 60_000 })
  })

  it('migrates over SSH and rolls back again, with nothing of it left and no port opened', async () => {
    // The test's own way into the application listens.
    const listeners = await listenersOf(opened.app.process().pid)
    const before = contentOf(await takeSnapshot(world.sandbox))
    await switchAtOnce(page())
    await page()
      .getByRole('heading', { level: 1, name: /^Migration completed/ })
      .waitFor({ timeout: 120_000 })
    expect(await checkPointers(world.sandbox)).toEqual([])
    expect(contentOf(await takeSnapshot(world.sandbox))).not.toEqual(before)
    expect(await listenersOf(opened.app.process().pid)).toEqual(listeners)

    await button('Roll back…').first().click()
    await button('Preview').click()
    await button(/^Roll back \d+ documents/).click()
    await page().getByRole('heading', { level: 1, name: 'Rollback completed' }).waitFor({ timeout: 120_000 })
    expect(contentOf(await takeSnapshot(world.sandbox))).toEqual(before)
  })

  it('asks for the passphrase of a locked key, again when it was wrong, and once in a session', async () => {
    await openEditor('Locked')
    await giveSecrets()
    await test()
    const question = dialog('Passphrase for your key')
    await question.waitFor()
    expect(await question.innerText()).toContain(lockedKey)
    await page().keyboard.type('does not')
    await page().keyboard.press('Enter')
    await question.getByText('Wrong passphrase. Try again.').waitFor()
    await page().keyboard.type('opens it')
    await page().keyboard.press('Enter')
    await passed(page())
    await button('Make a plan').click()
    await button(/^Copy \d+ files/).waitFor({ timeout: 60_000 })
    expect(await question.count()).toBe(0)
  })

  it('shows the key of a new server when a plan begins, and makes the plan once it is trusted', async () => {
    const second = await startSshd({ as: 'root' })
    try {
      addProfile('second', 'Second', second.port, second.clientKey)
      await page().reload()
      await openEditor('Second')
      await giveSecrets()
      await page().keyboard.press('Control+S')
      await page().getByText('“Second” saved').waitFor()
      await button('Make a plan for Second').click()
      const question = dialog('Is this the right server?')
      await question.waitFor()
      expect(await question.innerText()).toContain(fingerprint(second))
      await button('Trust this server').click()
      await button(/^Copy \d+ files/).waitFor({ timeout: 60_000 })
    } finally {
      await second.stop()
    }
  })

  it('refuses a server whose key was changed, with both fingerprints and no way on', async () => {
    await sshd.kill()
    const impostor = await startSshd({ as: 'root', port: sshd.port })
    try {
      await openEditor('Far away')
      await test()
      const refusal = dialog('The SSH server’s key has changed')
      await refusal.waitFor()
      const text = await refusal.innerText()
      for (const key of [fingerprint(sshd), fingerprint(impostor)]) expect(text).toContain(key)
      expect(await refusal.getByRole('button').allInnerTexts()).toEqual(['Copy', 'Close'])
      await page().keyboard.press('Escape')
      const failure = failureOf(page(), 'Host key')
      await failure.waitFor()
      expect(await failure.textContent()).toContain('SSH_HOST_KEY_CHANGED')
      expect(await seriousFindingsOf(page(), refusal, test)).toEqual([])
    } finally {
      await impostor.stop()
      await sshd.restart()
    }
  })

  it('never had anything refused by its own content policy', () => {
    expect(opened.complaints).toEqual([])
  })
})

describe('a storage service behind a proxy, with a certificate of one’s own authority', () => {
  /** Only the proxy knows it. */
  const host = 's3.example.test'
  let opened: OpenWindow
  let dir: string
  let certificates: Certificates
  let front: TlsFront
  let proxy: ForwardProxy
  const page = (): Page => opened.page
  const button = (name: string | RegExp) => page().getByRole('button', { name, exact: typeof name === 'string' })

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'readur-e2e-proxy-'))
    certificates = await makeCertificates(dir, host)
    front = await startTlsFront(Number(new URL(world.sandbox.s3.endpoint).port), certificates)
    proxy = await startForwardProxy()
    proxy.login = 'ada:planted'
    const home = join(dir, 'home')
    await mkdir(home)
    opened = await openWindow(home, { HTTPS_PROXY: `http://ada:planted@127.0.0.1:${proxy.port}`, NO_PROXY: '' })
    await page().getByRole('heading', { level: 1, name: 'Welcome' }).waitFor()
  })
  afterAll(async () => {
    await opened.close()
    await proxy.stop()
    await front.stop()
    await rm(dir, { recursive: true, force: true })
  })

  it('is told to want its CA file when the connection is tested', async () => {
    const own = (await settings()).replace(world.sandbox.s3.endpoint, `https://${host}:${front.port}`)
    await opened.app.evaluate(({ clipboard }, text) => clipboard.writeText(text), own)
    await button('New connection').first().click()
    await page().getByRole('textbox', { name: 'Name' }).waitFor()
    await page().keyboard.press('Control+V')
    await page()
      .getByText(/settings filled in from/)
      .waitFor()
    await page().getByRole('textbox', { name: 'Name' }).fill('Behind a proxy')
    await button('Save and check').click()
    const failure = failureOf(page(), 'Port and encryption')
    await failure.waitFor()
    const text = await failure.textContent()
    expect(text).toContain('The certificate was issued by an authority that this computer does not know.')
    expect(text).toContain('set its CA file in the connection')
  })

  it('passes the test with it, by way of the proxy', async () => {
    await page().getByText('Certificate authority').click()
    await page().getByLabel('CA file').fill(certificates.authority)
    await button('Save and check').click()
    await passed(page())
    await areaPassed(page(), 'Bucket')
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${host}:${front.port}`]))
  })

  it('is planned once it is saved', async () => {
    const before = proxy.asked.length
    await button('Make a plan').click()
    await page()
      .getByRole('button', { name: /^Copy \d+ files/ })
      .waitFor({ timeout: 60_000 })
    expect(proxy.asked.length).toBeGreaterThan(before)
    expect(opened.complaints).toEqual([])
    // Neither the page nor a program of the window gets to know how one logs in at the proxy.
    expect(await page().content()).not.toContain('planted')
    expect(opened.output()).not.toContain('planted')
  })
})

describe('from a Compose file to a plan, over SSH', () => {
  let opened: OpenWindow
  let sshd: Sshd
  let dir: string
  const page = (): Page => opened.page

  beforeAll(async () => {
    sshd = await startSshd({ as: 'root' })
    dir = await mkdtemp(join(tmpdir(), 'readur-e2e-walk-'))
    const user = join(dir, 'user')
    await mkdir(join(user, '.ssh'), { recursive: true })
    const host = ['Host nas', '  HostName 127.0.0.1', `  Port ${sshd.port}`, `  User ${sshd.user}`]
    await writeFile(join(user, '.ssh', 'config'), [...host, `  IdentityFile ${sshd.clientKey}`, ''].join('\n'))
    opened = await openWindow(dir, { HOME: user, SSH_AUTH_SOCK: '' })
    await page().getByRole('heading', { level: 1, name: 'Welcome' }).waitFor()
  })
  afterAll(async () => {
    await opened.close()
    await sshd.stop()
    await rm(dir, { recursive: true, force: true })
  })

  it('takes a paste, 4 typed fields and at most 5 clicks', async () => {
    const database = new URL(world.sandbox.databaseUrl)
    const storage = new URL(world.sandbox.s3.endpoint)
    const compose = `services:
  postgres:
    image: postgres:18
    ports:
      - '127.0.0.1:${database.port}:5432'
  minio:
    image: minio/minio
    ports:
      - '${storage.port}:9000'
  readur:
    image: readur/readur
    environment:
      DATABASE_URL: postgres://${database.username}:${database.password}@postgres/${database.pathname.slice(1)}
      S3_ENDPOINT_URL: http://minio:9000
    ports:
      - '8000:8000'
    volumes:
      - ${world.sandbox.uploadsDir}:/app/uploads
`
    let [clicks, typed] = [0, 0]
    const click = async (target: Locator): Promise<void> => {
      await target.click()
      clicks += 1
    }
    const type = async (target: Locator, text: string): Promise<void> => {
      await target.fill(text)
      typed += 1
    }
    const button = (name: string) => page().getByRole('button', { name, exact: true })
    // The password was found for no server yet: the program asks past the page whether it may go to this one.
    await opened.app.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false })
    })
    await opened.app.evaluate(({ clipboard }, text) => clipboard.writeText(text), compose)
    await page().keyboard.press('Control+V')
    await page()
      .getByText(/settings filled in from/)
      .waitFor()
    await click(page().getByRole('radio', { name: /^A server, over SSH/ }))
    await type(page().getByRole('combobox', { name: 'Host', exact: true }), 'nas')
    await page()
      .getByText(/^Resolves to/)
      .waitFor()
    // As this computer reaches it: the server's port, at the server's name.
    expect(await page().getByLabel('Address', { exact: true }).inputValue()).toBe(`http://127.0.0.1:${storage.port}`)
    await type(page().getByRole('textbox', { name: 'Bucket' }), world.sandbox.s3.bucket)
    await type(page().getByRole('textbox', { name: 'Access key' }), world.sandbox.s3.accessKeyId)
    await type(page().getByLabel('Secret key', { exact: true }), world.secrets.secretAccessKey)
    await click(button('Save and check'))
    clicks += 1
    await click(button('Trust this server'))
    await passed(page())
    await click(button('Make a plan'))
    await page()
      .getByRole('button', { name: /^Copy \d+ files/ })
      .waitFor({ timeout: 60_000 })
    expect({ clicks, typed }).toEqual({ clicks: 5, typed: 4 })
    expect(opened.complaints).toEqual([])
  })
})
