import { existsSync, statSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRawHeader, listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bashCompletion, fishCompletion, pages, zshCompletion } from '../../scripts/commandPages.mjs'
import { openProfiles } from '../../src/main/profiles/headless.ts'
import { RunFolder } from '../../src/main/runs/runFolder.ts'
import { checkSandbox } from '../../src/sandbox/check.ts'
import { openSandbox, removeSandbox, type Sandbox } from '../../src/sandbox/index.ts'
import { takeSnapshot } from '../../src/sandbox/snapshot.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { parseReport } from '../integration/world.ts'
import { switchAtOnce } from '../e2e/window.ts'
import { apt, call, createAccount, give, openInstalled, programFolder, type Account } from './installed.ts'

const dist = join(import.meta.dirname, '../../dist')
const megabytes = 1000 ** 2

/** The package as somebody gets it: installed, used by root and by an ordinary account, removed. In this order. */
describe('the Debian package', () => {
  let dir: string
  let account: Account
  let sandbox: Sandbox
  let files: string[]
  const cleanUps: (() => Promise<unknown>)[] = []
  const home = (): string => join(dir, 'home')
  const command = (...args: string[]) => call('readur-migrate', args, { READUR_MIGRATE_HOME: home() })
  const onSandbox = async (...args: string[]) => {
    const ended = await command(...args, '--json', '--env-file', sandbox.envFile)
    return { ...ended, report: parseReport(ended.out) }
  }
  const paths = async (): Promise<Record<string, unknown>> => {
    const { documents } = (await takeSnapshot(sandbox)).rows
    return Object.fromEntries(Object.entries(documents).map(([id, { columns }]) => [id, columns.file_path]))
  }

  beforeAll(async () => {
    if (existsSync(programFolder))
      throw new Error('Readur Migrate is installed here. Remove it first: apt-get remove readur-migrate')
    const deb = (await readdir(dist)).find((name) => name.endsWith('.deb'))
    if (deb === undefined) throw new Error('There is no package. Run these tests with: npm test -- --project package')
    cleanUps.push(async () => {
      if (existsSync(programFolder)) await apt('purge', '--yes', 'readur-migrate')
    })
    await apt('install', '--yes', '--no-install-recommends', join(dist, deb))
    dir = await mkdtemp(join(tmpdir(), 'readur-package-'))
    cleanUps.push(() => rm(dir, { recursive: true, force: true }))
    account = await createAccount('readur-package-test')
    cleanUps.push(() => account.remove())
    sandbox = await openSandbox({ dir: join(dir, 'world'), scale: { documents: 60, largeFileBytes: 200_000 } })
    cleanUps.push(async () => {
      await sandbox.stop()
      await removeSandbox(sandbox.dir)
    })
    files = (await call('dpkg', ['-L', 'readur-migrate'])).out.trim().split('\n')
  })
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp()
  })

  it('is as large as promised, and holds nothing that only developers need', async () => {
    const { out } = await call('dpkg-query', ['-Wf', '${Installed-Size}', 'readur-migrate'])
    expect(Number(out) * 1024).toBeLessThan(240 * 1024 ** 2)
    const archive = join(programFolder, 'resources/app.asar')
    const { header } = getRawHeader(archive)
    const held = listPackage(archive, { isPack: false })
    expect(header.files).toHaveProperty('out')
    expect((await readFile(archive)).length).toBeLessThan(8 * megabytes)
    expect(held.length).toBeLessThanOrEqual(150)
    expect(held.filter((path) => /\.(map|[mc]?ts|md|c|cc|h|gyp|exe|bat)$|musl|\/tests?\//.test(path))).toEqual([])
    expect(held.filter((path) => path.endsWith('index.node'))).toHaveLength(1)
    expect(files.filter((path) => /apparmor|app-update|default_app|resources\/app$/.test(path))).toEqual([])
  })

  it('says its version to root and to any account', async () => {
    const wanted = { code: 0, out: `${packageJson.version}\n`, err: '' }
    expect(await command('--version')).toEqual(wanted)
    const { uid, gid, home: HOME } = account
    expect(await call('readur-migrate', ['--version'], { HOME }, { uid, gid })).toEqual(wanted)
  })

  it('plans, migrates and rolls back from the command line', async () => {
    const before = await paths()
    const planned = await onSandbox('plan')
    expect(planned).toMatchObject({ code: 0, report: { status: 'planned' } })
    const migrated = await onSandbox('migrate', '--yes')
    expect(migrated).toMatchObject({ code: 1, report: { status: 'completed with failures' } })
    expect(migrated.report.committed).toBeGreaterThan(40)
    expect((await checkSandbox(sandbox)).differences).toEqual([])
    const rolledBack = await onSandbox('rollback', migrated.report.runId ?? '', '--yes')
    expect(rolledBack.report).toMatchObject({ restored: migrated.report.committed })
    expect(await paths()).toEqual(before)
  })

  it('opens no window for root, and none without Chromium’s sandbox', async () => {
    expect(await command()).toMatchObject({
      code: 2,
      err: expect.stringContaining('does not open for root') as unknown,
    })
    // What is no command asks for the window.
    expect(await command('/tmp/state.json')).toMatchObject({
      code: 2,
      err: expect.stringContaining('does not open for root') as unknown,
    })
    const { uid, gid, home: HOME } = account
    const ended = await call('readur-migrate', ['--no-sandbox'], { HOME }, { uid, gid })
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining('does not open with --no-sandbox') as unknown })
  })

  it('opens its window, at first with nothing, then with a connection: plan, migration, history', async () => {
    const first = await openInstalled(account)
    await first.page.getByRole('region', { name: 'About Readur Migrate' }).waitFor()
    await first.page.getByRole('region', { name: 'What you need' }).waitFor()
    expect(await first.page.getByRole('main').textContent()).not.toContain('npm')
    const { running, sandboxed } = await first.pages()
    expect(running).toBeGreaterThan(0)
    expect(sandboxed).toBe(running)
    await first.page.evaluate(() => window.resizeTo(1150, 740))
    await first.close()

    const data = join(account.home, '.local/share/readur-migrate')
    const envFile = join(account.home, 'readur.env')
    await copyFile(sandbox.envFile, envFile)
    openProfiles(data).save({ id: 'sandbox', name: 'Sandbox', server: null, envFile, variables: {} })
    for (const path of [data, envFile, sandbox.uploadsDir]) await give(path, account)
    for (const path of [dir, sandbox.dir]) await chmod(path, 0o711)

    const opened = await openInstalled(account)
    let { page } = opened
    expect(await page.evaluate(() => [window.outerWidth, window.outerHeight])).toEqual([1150, 740])
    await page.getByRole('button', { name: 'Make a plan for Sandbox' }).click()
    await switchAtOnce(page)
    // The page comes back onto the run, which does not mind.
    page = await opened.crash()
    await page.getByRole('heading', { level: 1, name: /^Migration completed/ }).waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: 'History' }).first().click()
    await page
      .getByRole('button', { name: /^Open the run of/ })
      .first()
      .waitFor()
    await opened.close()
    const log = await readFile(join(data, 'logs/readur-migrate.log'), 'utf8')
    for (const part of [
      `Started: ${packageJson.version}, Electron`,
      'migrate, run, completed',
      'The page ended: crashed',
    ]) {
      expect(log).toContain(part)
    }
    expect(new RunFolder(join(data, 'runs')).ids()).toHaveLength(1)
  })

  it('has every fuse set, and obeys none of the variables and files that they are for', async () => {
    const binary = join(programFolder, 'readur-migrate')
    const fuses = await getCurrentFuseWire(binary)
    // As they stand in the binary.
    const [on, off] = ['1', '0'].map((sign) => sign.charCodeAt(0))
    expect(fuses).toMatchObject({
      [FuseV1Options.RunAsNode]: off,
      [FuseV1Options.EnableCookieEncryption]: on,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: off,
      [FuseV1Options.EnableNodeCliInspectArguments]: off,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: on,
      [FuseV1Options.OnlyLoadAppFromAsar]: on,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: off,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: off,
    })
    const wanted = { code: 0, out: `${packageJson.version}\n`, err: '' }
    const planted = join(dir, 'planted.cjs')
    await writeFile(planted, 'console.log("planted")')
    expect(await call('readur-migrate', ['--version', planted], { ELECTRON_RUN_AS_NODE: '1' })).toEqual(wanted)
    expect(await call('readur-migrate', ['--version'], { NODE_OPTIONS: `--require ${planted}` })).toEqual(wanted)
    expect(await call('readur-migrate', ['--inspect-brk=0', '--version'])).toEqual(wanted)
    const instead = join(programFolder, 'resources/app')
    await mkdir(instead)
    try {
      await writeFile(join(instead, 'package.json'), '{ "main": "index.js" }')
      await writeFile(join(instead, 'index.js'), 'console.log("planted")')
      expect(await command('--version')).toEqual(wanted)
    } finally {
      await rm(instead, { recursive: true })
    }
  })

  it('brings a manual page, a desktop entry with its icons, and completions that each shell can read', async () => {
    const manual = await call('sh', ['-c', 'gzip -dc /usr/share/man/man1/readur-migrate.1.gz'])
    expect(manual.out).toContain('.SS readur\\-migrate migrate')
    const entry = await readFile('/usr/share/applications/readur-migrate.desktop', 'utf8')
    expect(entry).toContain('Name=Readur Migrate\n')
    expect(entry).toContain('Icon=readur-migrate\n')
    // What X11 calls the window; on Wayland the entry’s own name counts.
    expect(entry).toContain('StartupWMClass=Readur Migrate\n')
    expect(files.filter((path) => /hicolor\/\d+x\d+\/apps\/readur-migrate\.png$/.test(path))).toHaveLength(8)
    const completions = [
      ['bash', '/usr/share/bash-completion/completions/readur-migrate', bashCompletion],
      ['zsh', '/usr/share/zsh/vendor-completions/_readur-migrate', zshCompletion],
      ['fish', '/usr/share/fish/vendor_completions.d/readur-migrate.fish', fishCompletion],
    ] as const
    for (const [shell, file, write] of completions) {
      expect(await readFile(file, 'utf8'), shell).toBe(write(pages()))
      expect(await call(shell, ['-n', file]), shell).toEqual({ code: 0, out: '', err: '' })
    }
  })

  it('leaves nothing behind when it is removed', async () => {
    await apt('purge', '--yes', 'readur-migrate')
    expect(files.filter((path) => existsSync(path) && !statSync(path).isDirectory())).toEqual([])
    for (const path of [programFolder, '/usr/bin/readur-migrate', '/usr/share/doc/readur-migrate']) {
      expect(existsSync(path), path).toBe(false)
    }
  })
})
