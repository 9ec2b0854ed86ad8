import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { proxyTo } from '../../../src/main/adapters/http/proxy.ts'

const service = { host: 's3.eu-central-1.amazonaws.com', port: 443, isTls: true }
const labelOf = (environment: Record<string, string>, place = service): string | null =>
  proxyTo(place, environment)?.label ?? null

describe('the proxy of a window, which forgets secrets', () => {
  const before = { ...process.env }
  beforeEach(() => {
    vi.resetModules()
    Object.assign(process.env, { HTTPS_PROXY: 'http://ada:secret@proxy:3128', NO_PROXY: 'minio.lan' })
  })
  afterEach(() => {
    for (const name of ['HTTPS_PROXY', 'NO_PROXY']) Reflect.deleteProperty(process.env, name)
    Object.assign(process.env, before)
  })

  it('is the one it was started with, which no other program is told', async () => {
    const { forgetSecrets, programEnvironment } = await import('../../../src/main/adapters/environment.ts')
    const fresh = await import('../../../src/main/adapters/http/proxy.ts')
    forgetSecrets()
    const login = `Basic ${Buffer.from('ada:secret').toString('base64')}`
    expect(fresh.proxyTo(service)).toMatchObject({ label: 'proxy:3128', login })
    expect(fresh.proxyTo({ ...service, host: 'minio.lan' })).toBeNull()
    expect(JSON.stringify([process.env, programEnvironment()])).not.toContain('ada:secret')
  })
})

describe('the variables of a proxy', () => {
  it('need no scheme, which is then http', () => {
    expect(proxyTo(service, { HTTPS_PROXY: 'proxy:3128' })?.url.href).toBe('http://proxy:3128/')
    expect(labelOf({ https_proxy: 'small:1', HTTPS_PROXY: 'large:2' })).toBe('small:1')
    expect(labelOf({ HTTP_PROXY: 'proxy:3128' })).toBeNull()
  })

  it('are those of the scheme alone: ALL_PROXY usually names one of SOCKS, and stops nothing', () => {
    expect(labelOf({ ALL_PROXY: 'socks5://proxy:1080', all_proxy: 'socks5h://proxy:1080' })).toBeNull()
  })

  it('are called by their own names where they can’t be used', () => {
    expect(() => proxyTo(service, { https_proxy: 'socks5://proxy:1080' })).toThrow(
      'https_proxy: must be the address of a proxy that begins with http:// or https://.',
    )
  })

  const through = (NO_PROXY: string, host: string, port = 443): boolean =>
    labelOf({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY }, { host, port, isTls: true }) !== null

  it.each([
    ['amazonaws.com', 's3.eu-central-1.amazonaws.com'],
    ['.amazonaws.com', 's3.amazonaws.com'],
    ['*.amazonaws.com', 's3.amazonaws.com'],
    ['lan, AmazonAWS.com', 'amazonaws.com'],
    ['a.test b.test', 'b.test'],
    ['minio.lan:443', 'minio.lan'],
    ['10.0.0.0/8', '10.1.2.3'],
    ['10.1.2.3', '10.1.2.3'],
    ['fd00::1', 'fd00::1'],
    ['[fd00::1]:443', 'fd00::1'],
    ['fd00::/8', 'fd00::1'],
    ['a.test,*', 's3.amazonaws.com'],
  ])('NO_PROXY=%s exempts %s', (list, host) => expect(through(list, host)).toBe(false))

  it.each([
    ['amazonaws.com', 'notamazonaws.com'],
    ['s3.amazonaws.com', 'amazonaws.com'],
    ['minio.lan:9000', 'minio.lan'],
    ['10.0.0.0/8', '11.1.2.3'],
    ['10.0.0.0/99', '10.1.2.3'],
    ['0.0.0.0/0', 'fd00::1'],
    [',', 'minio.lan'],
  ])('NO_PROXY=%s does not exempt %s', (list, host) => expect(through(list, host)).toBe(true))
})
