import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NsisUpdater } from 'electron-updater'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isSelfUpdating, SelfUpdate } from '../../../src/main/selfUpdate.ts'

let dir: string
let server: Server
let feed: string
/** What was asked of the feed, and with which headers. */
let asked: { url: string; headers: string[] }[]
/** What the feed has, by name. */
let held: Record<string, Buffer | string>

const setup = Buffer.from('MZ, the installer of a later version')
const sumOf = (content: Buffer): string => createHash('sha512').update(content).digest('base64')
const latest = (version: string, content = setup): string =>
  `version: ${version}\nfiles:\n  - url: setup.exe\n    sha512: ${sumOf(content)}\n    size: ${content.length}\npath: setup.exe\nsha512: ${sumOf(content)}\nreleaseDate: '2026-11-30T00:00:00.000Z'\n`

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'readur-update-'))
  mkdirSync(join(dir, 'data'))
  asked = []
  held = { '/latest/latest.yml': latest('2.0.0'), '/files/setup.exe': setup }
  server = createServer((request, response) => {
    // Its name depends on the platform that the test runs on.
    const path = new URL(request.url ?? '', 'http://feed').pathname.replace(/latest-\w+\.yml$/, 'latest.yml')
    asked.push({ url: path, headers: Object.keys(request.headers).sort() })
    // As GitHub leads from the release to the file.
    if (path === '/latest/setup.exe') response.writeHead(302, { location: '/files/setup.exe' }).end()
    else response.writeHead(held[path] === undefined ? 404 : 200).end(held[path])
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  feed = `http://127.0.0.1:${(server.address() as AddressInfo).port}/latest`
})
afterEach(() => {
  server.close()
  rmSync(dir, { recursive: true })
})

const settings = (lines: string): void => writeFileSync(join(dir, 'app-update.yml'), `provider: generic\n${lines}`)

describe('installing by itself', () => {
  it.each([
    ['darwin', true],
    // The updater's own check accepts what it could not look at.
    ['win32', false],
    // An AppImage has no signature.
    ['linux', false],
  ])('on %s: %s', async (platform, able) => {
    settings('url: https://example.org/latest\npublisherName: Readur Migrate\n')
    expect(await isSelfUpdating(platform, dir)).toBe(able)
  })

  it('is for signed builds alone: others have no feed, or none that is one', async () => {
    expect(await isSelfUpdating('darwin', dir)).toBe(false)
    for (const lines of ['url: nowhere\n', '\t: [', '']) {
      settings(lines)
      expect(await isSelfUpdating('darwin', dir)).toBe(false)
    }
  })
})

describe('a later version', () => {
  function open({ busy = false, refusal = null as string | null } = {}) {
    settings(`url: ${feed}\npublisherName: Readur Migrate\nupdaterCacheDirName: readur-migrate\n`)
    const quit = vi.fn()
    const updater = new NsisUpdater(null, {
      version: '1.0.0',
      name: 'readur-migrate',
      isPackaged: true,
      appUpdateConfigPath: join(dir, 'app-update.yml'),
      userDataPath: join(dir, 'data'),
      baseCachePath: join(dir, 'cache'),
      whenReady: () => Promise.resolve(),
      relaunch: vi.fn(),
      quit,
      onQuit: vi.fn(),
    })
    const verify = vi.fn((signers: string[], path: string) =>
      Promise.resolve(signers.length > 0 && path !== '' ? refusal : 'not asked'),
    )
    updater.verifyUpdateCodeSignature = verify
    const install = vi.spyOn(updater, 'quitAndInstall').mockImplementation(() => undefined)
    return { selfUpdate: new SelfUpdate(updater, () => busy), verify, install }
  }

  it('is downloaded when it is asked for, its sum and signature are verified, and it is installed when told to', async () => {
    const { selfUpdate, verify, install } = open()
    await selfUpdate.download('2.0.0')
    expect(verify.mock.calls).toEqual([[['Readur Migrate'], expect.stringContaining('setup.exe')]])
    expect(readFileSync(join(dir, 'cache/readur-migrate/pending/setup.exe'))).toEqual(setup)
    expect(install).not.toHaveBeenCalled()
    expect(selfUpdate.install()).toBe(true)
    expect(install).toHaveBeenCalledTimes(1)
  })

  it('sends nothing by which this computer could be told from others', async () => {
    const { selfUpdate } = open()
    await selfUpdate.download('2.0.0')
    expect(asked.map(({ url }) => url)).toEqual(['/latest/latest.yml', '/latest/setup.exe', '/files/setup.exe'])
    const known = ['accept', 'cache-control', 'connection', 'host', 'user-agent']
    expect(asked.flatMap(({ headers }) => headers.filter((name) => !known.includes(name)))).toEqual([])
  })

  it('is not installed while a run or a backup is under way', async () => {
    const { selfUpdate, install } = open({ busy: true })
    await selfUpdate.download('2.0.0')
    expect(selfUpdate.install()).toBe(false)
    expect(install).not.toHaveBeenCalled()
  })

  it('is refused where somebody else has signed it', async () => {
    const { selfUpdate } = open({ refusal: 'CN=Somebody else' })
    await expect(selfUpdate.download('2.0.0')).rejects.toThrow('CN=Somebody else')
  })

  it('is refused where the file is not the one that the feed names', async () => {
    held['/files/setup.exe'] = Buffer.from('something else')
    await expect(open().selfUpdate.download('2.0.0')).rejects.toThrow('sha512 checksum mismatch')
  })

  it.each([
    ['has another one by now', latest('2.0.1')],
    ['has an earlier one', latest('0.9.0')],
  ])('is not replaced by what the feed has instead: it %s', async (_what, text) => {
    held['/latest/latest.yml'] = text
    await expect(open().selfUpdate.download('2.0.0')).rejects.toThrow('Version 2.0.0 can’t be installed automatically.')
    expect(asked).toHaveLength(1)
  })
})
