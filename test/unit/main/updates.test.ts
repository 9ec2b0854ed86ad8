import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { UpdateCheck, type UpdateCheckDeps } from '../../../src/main/updateCheck.ts'
import { isLater, latestRelease, type Release } from '../../../src/main/adapters/releases.ts'

let server: Server | null = null
afterEach(() => server?.close())

/** A releases page with this answer; gives its address and what it was asked. */
async function page(status: number, body: string): Promise<{ feed: string; asked: Record<string, unknown>[] }> {
  const asked: Record<string, unknown>[] = []
  server = createServer((request, response) => {
    asked.push({ method: request.method, url: request.url, headers: Object.keys(request.headers).sort() })
    response.writeHead(status).end(body)
  })
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done))
  return { feed: `http://127.0.0.1:${(server.address() as AddressInfo).port}/latest`, asked }
}

const release = { tag_name: 'v1.10.0', body: '# New\n\n- One.\n- Two \x1b[2J.\n', html_url: 'https://example.org/r/1' }

describe('the latest release', () => {
  it('is read by one request that says nothing of this computer', async () => {
    const { feed, asked } = await page(200, JSON.stringify(release))
    expect(await latestRelease(feed)).toEqual({
      version: '1.10.0',
      notes: ['One.', 'Two \\x1b[2J.'],
      page: 'https://example.org/r/1',
    })
    expect(asked).toEqual([{ method: 'GET', url: '/latest', headers: ['accept', 'connection', 'host', 'user-agent'] }])
  })

  it.each([
    ['a page that has none', 404, '{}', 'No release has been published yet.'],
    ['a page with a fault', 500, '{}', 'status 500'],
    ['what is no JSON', 200, '<html>', 'JSON'],
    ['what is no release', 200, '{"tag_name": 7}', 'tag_name'],
    ['too much', 200, 'x'.repeat(2 * 1024 ** 2), 'too much'],
  ])('is not taken from %s', async (_what, status, body, message) => {
    const { feed } = await page(status, body)
    await expect(latestRelease(feed)).rejects.toThrow(message)
  })

  it.each([
    ['1.10.0', '1.9.9', true],
    ['2.0.0', '1.9.9', true],
    ['1.9.9', '1.9.9', false],
    ['1.9.8', '1.9.9', false],
    ['1.0.0', '1.0.0-rc.1', true],
    ['1.0.0-rc.1', '1.0.0', false],
    ['nonsense', '1.0.0', false],
  ])('%s is later than %s: %s', (one, other, later) => expect(isLater(one, other)).toBe(later))
})

describe('the check for updates', () => {
  const newer: Release = { version: '2.0.0', notes: [], page: 'https://example.org' }
  const setup = (changes: Partial<UpdateCheckDeps> = {}) => {
    const deps = {
      latest: vi.fn(() => Promise.resolve(newer)),
      offer: vi.fn<UpdateCheckDeps['offer']>(() => Promise.resolve()),
      sayNone: vi.fn(() => Promise.resolve()),
      sayUnknown: vi.fn<UpdateCheckDeps['sayUnknown']>(() => Promise.resolve()),
    }
    const check = new UpdateCheck({ version: '1.0.0', allowed: () => true, busy: () => false, ...deps, ...changes })
    return { deps, check }
  }

  it('asks nobody by itself unless that was chosen, and not while something is under way', async () => {
    for (const changes of [{ allowed: () => false }, { busy: () => true }]) {
      const { deps, check } = setup(changes)
      await check.tick()
      expect(deps.latest).not.toHaveBeenCalled()
    }
  })

  it('offers a later version once by itself, and whenever somebody asks', async () => {
    const { deps, check } = setup()
    await check.tick()
    await check.tick()
    expect(deps.offer.mock.calls).toEqual([[newer]])
    await check.ask()
    expect(deps.offer).toHaveBeenCalledTimes(2)
  })

  it('says to somebody who asks that there is none, or why that is not known; by itself it is silent', async () => {
    const same = setup({ version: '2.0.0' })
    await same.check.tick()
    expect(same.deps.sayNone).not.toHaveBeenCalled()
    await same.check.ask()
    expect(same.deps.sayNone).toHaveBeenCalledTimes(1)
    const broken = setup({ latest: () => Promise.reject(new Error('no network')) })
    await broken.check.tick()
    await broken.check.ask()
    expect(broken.deps.sayUnknown.mock.calls).toEqual([['no network']])
    expect(broken.deps.offer).not.toHaveBeenCalled()
  })
})
