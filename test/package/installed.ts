import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, copyFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium, type Browser, type Page } from 'playwright-core'
import { vi } from 'vitest'

const run = promisify(execFile)

/** Where the package puts the program. */
export const programFolder = '/opt/readur-migrate'

export interface Ended {
  code: number
  out: string
  err: string
}

/** Runs a program to its end; without a display, as on a server. */
export async function call(
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
  identity: { uid?: number; gid?: number } = {},
): Promise<Ended> {
  const variables = { PATH: process.env.PATH ?? '', HOME: '/root', LANG: 'C.UTF-8', ...env }
  const child = spawn(file, args, { env: variables, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/', ...identity })
  const texts = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text))
  const [code] = (await once(child, 'close')) as unknown[]
  return { code: Number(code ?? -1), ...texts }
}

/** Installs or removes packages, and waits for whoever else does. */
export async function apt(...args: string[]): Promise<void> {
  const options = ['-qq', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Dpkg::Use-Pty=0']
  await run('apt-get', [...options, ...args], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
}

/** An account of the test's own: windows are not root's. */
export interface Account {
  uid: number
  gid: number
  home: string
  remove: () => Promise<void>
}

export async function createAccount(name: string): Promise<Account> {
  await run('useradd', ['--create-home', '--user-group', '--shell', '/bin/sh', name])
  const { stdout } = await run('getent', ['passwd', name])
  const [, , uid, gid, , home = ''] = stdout.trim().split(':')
  const remove = async (): Promise<void> => {
    // A window that a failed test has left open; where there is none, pkill says so by its exit code.
    await run('pkill', ['--signal', 'KILL', '--uid', name]).catch(() => undefined)
    await run('userdel', ['--force', '--remove', name])
  }
  return { uid: Number(uid), gid: Number(gid), home, remove }
}

/** Gives a folder with all in it to an account. */
export async function give(path: string, { uid, gid }: Account): Promise<void> {
  await run('chown', ['-R', '-h', `${uid}:${gid}`, path])
}

export interface InstalledWindow {
  page: Page
  /** Ends the process that draws the page, as a fault of the graphics driver would; gives the page that comes back. */
  crash: () => Promise<Page>
  /** How many processes of pages run, and how many of those are held by Chromium’s sandbox. */
  pages: () => Promise<{ running: number; sandboxed: number }>
  close: () => Promise<void>
}

/** Opens the window of the installed program as this account, and reaches it as a browser is reached: its fuses leave no other way. */
export async function openInstalled(account: Account): Promise<InstalledWindow> {
  const authority = join(account.home, 'Xauthority')
  const { DISPLAY = '', XAUTHORITY } = process.env
  if (XAUTHORITY !== undefined) {
    await copyFile(XAUTHORITY, authority)
    await chown(authority, account.uid, account.gid)
  }
  const runtime = join(account.home, 'runtime')
  await mkdir(runtime, { recursive: true })
  await chown(runtime, account.uid, account.gid)
  await chmod(runtime, 0o700)
  const child = spawn('readur-migrate', ['--remote-debugging-port=0', '--disable-gpu'], {
    uid: account.uid,
    gid: account.gid,
    cwd: account.home,
    env: {
      PATH: process.env.PATH,
      HOME: account.home,
      XDG_RUNTIME_DIR: runtime,
      DISPLAY,
      ...(XAUTHORITY !== undefined && { XAUTHORITY: authority }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'close')
  const address = await new Promise<string>((found, fail) => {
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const match = /DevTools listening on (ws:\S+)/.exec(said)
      if (match?.[1] !== undefined) found(match[1])
    })
    child.once('close', () => fail(new Error(`It ended before its window opened: ${said}`)))
  })
  let browser = await connect(address)
  const page = await pageOf(browser)
  return {
    page,
    crash: async () => {
      const session = await page.context().newCDPSession(page)
      const crashed = page.waitForEvent('crash')
      // It does not live to answer.
      session.send('Page.crash').catch(() => undefined)
      await crashed
      // Whoever connects too early is told of the crash for ever.
      for (let attempt = 1; ; attempt += 1) {
        await browser.close()
        browser = await connect(address)
        const page = await pageOf(browser)
        try {
          await page.getByRole('main').waitFor({ timeout: 10_000 })
          return page
        } catch (error) {
          if (attempt === 5) throw error
        }
      }
    },
    pages: async () => {
      const found = await pageProcesses()
      return { running: found.length, sandboxed: found.filter((status) => /^Seccomp:\s+2$/m.test(status)).length }
    },
    close: async () => {
      child.kill('SIGTERM')
      await ended
      await browser.close().catch(() => undefined)
    },
  }
}

/** Before there is a page, and while one comes back, Playwright now and then waits for ever. */
async function connect(address: string): Promise<Browser> {
  const { host } = new URL(address)
  const hasPage = async () => (await (await fetch(`http://${host}/json/list`)).text()).includes('readur-migrate://app/')
  for (let attempt = 1; ; attempt += 1) {
    await vi.waitUntil(hasPage, { timeout: 30_000, interval: 50 })
    try {
      return await chromium.connectOverCDP(address, { timeout: 10_000 })
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

async function pageOf(browser: Browser): Promise<Page> {
  const [context] = browser.contexts()
  if (!context) throw new Error('There is no window.')
  return context.pages()[0] ?? (await context.waitForEvent('page'))
}

/** What the kernel says of each process that draws pages of the installed program. */
async function pageProcesses(): Promise<string[]> {
  const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const commands = await Promise.all(pids.map(async (pid) => ({ pid, command: await read(pid, 'cmdline') })))
  const ours = commands.filter(
    ({ command }) => command.startsWith(programFolder) && command.includes('--type=renderer'),
  )
  return Promise.all(ours.map(({ pid }) => read(pid, 'status')))
}
