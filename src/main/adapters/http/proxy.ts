import { hostOf, portOf } from '../../../shared/webAddress.ts'
import { BlockList, isIP } from 'node:net'
import { MigrateError } from '../../engine/errors.ts'
import { ownEnvironment } from '../environment.ts'
import { networkFault } from './networkWords.ts'

/** Host, port, and whether one talks TLS there. */
export interface Place {
  host: string
  port: number
  isTls: boolean
}

/** Where requests to an address go. */
export const placeAt = (url: URL): Place => ({
  host: hostOf(url),
  port: Number(portOf(url)),
  isTls: url.protocol === 'https:',
})

/** What requests go through, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. ALL_PROXY, which usually names one of SOCKS, is not read. */
export interface Proxy {
  /** Without user and password. */
  url: URL
  /** Host and port, for people. */
  label: string
  /** Value of Proxy-Authorization; null: nobody logs in there. */
  login: string | null
}

/** Never through a proxy, whatever the variables say: its own loopback is another computer's. */
const loopback = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3}|0\.0\.0\.0|::)$/i

/**
 * Null: straight there. By what this program was started with: the window forgets it in its own environment, since a
 * proxy's address may hold a password. Throws SETTING_INVALID, without anything of the proxy's address.
 */
export function proxyTo({ host, port, isTls }: Place, environment = ownEnvironment): Proxy | null {
  if (loopback.test(host)) return null
  const scheme = isTls ? 'https' : 'http'
  const variable = setOf(environment, `${scheme}_proxy`)
  if (variable === null || isExempt(host.toLowerCase(), port, setOf(environment, 'no_proxy')?.text ?? '')) return null
  const text = variable.text.includes('://') ? variable.text : `http://${variable.text}`
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') throw unusable(variable.name)
  const [user, password] = [url.username, url.password].map(decoded)
  const login = url.username + url.password === '' ? null : basic(`${user}:${password}`)
  const bare = new URL(`${url.protocol}//${url.host}`)
  return { url: bare, label: `${bare.hostname}:${portOf(bare)}`, login }
}

/** In small letters first, as curl has it. */
function setOf(environment: typeof ownEnvironment, name: string): { name: string; text: string } | null {
  for (const one of [name, name.toUpperCase()]) {
    const text = environment[one]?.trim() ?? ''
    if (text !== '') return { name: one, text }
  }
  return null
}

/** NO_PROXY, as curl reads it: a name stands for all below it, too. A port may follow. */
const isExempt = (host: string, port: number, list: string): boolean =>
  list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, only = null] = isIP(entry) === 6 ? [] : (/^(.+):(\d+)$/.exec(entry) ?? [])
      return (only === null || Number(only) === port) && isNamed(host, name.replace(/^\[(.*)\]$/, '$1'))
    })

function isNamed(host: string, entry: string): boolean {
  if (entry === '*') return true
  const version = isIP(host)
  if (version === 0) {
    const name = entry.replace(/^\*?\./, '').replace(/\.$/, '')
    return `.${host.replace(/\.$/, '')}`.endsWith(`.${name}`)
  }
  const [address = '', bits = version === 4 ? '32' : '128'] = entry.split('/', 2)
  if (isIP(address) !== version || !/^\d{1,3}$/.test(bits) || Number(bits) > (version === 4 ? 32 : 128)) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const range = new BlockList()
  range.addSubnet(address, Number(bits), family)
  return range.check(host, family)
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const unusable = (variable: string): MigrateError =>
  new MigrateError('SETTING_INVALID', {
    message: `${variable}: must be the address of a proxy that begins with http:// or https://.`,
    subject: variable,
  })

/** The proxy did not lead on. Its message holds neither user nor password. */
export class ProxyError extends Error {
  override name = 'ProxyError'
  /** `refused`: it does not want to. `closed`: it cannot be reached. `beyond`: it cannot reach the service. */
  readonly kind: 'refused' | 'closed' | 'beyond'

  constructor(kind: ProxyError['kind'], message: string, cause?: unknown) {
    super(message, { cause })
    this.kind = kind
  }
}

/** What an answer of the proxy's own means. */
export function refusedBy({ label, login }: Proxy, to: string, status: number): ProxyError {
  if (status === 407) {
    const words = login === null ? 'asks for a user name and password' : 'does not accept the user name and password'
    return new ProxyError('refused', `The proxy ${label} ${words}.`)
  }
  if (status >= 500) return new ProxyError('beyond', `The proxy ${label} can’t reach ${to}: it answers ${status}.`)
  return new ProxyError('refused', `The proxy ${label} refuses the connection to ${to}: it answers ${status}.`)
}

/** What went wrong before the proxy answered. */
export function closedProxy({ label }: Proxy, cause: unknown): ProxyError {
  const words = networkFault(cause)?.words ?? 'It did not answer as a proxy does.'
  return new ProxyError('closed', `The proxy ${label} can’t be reached. ${words}`, cause)
}

/** The error of a proxy in what a library has thrown; null: it is about something else. */
export function proxyErrorIn(error: unknown): ProxyError | null {
  for (let depth = 0, at = error; depth < 4 && at instanceof Error; depth += 1, at = at.cause) {
    if (at instanceof ProxyError) return at
  }
  return null
}

/** What it is called for people. */
export const proxyCodes = {
  refused: { code: 'PROXY_REFUSED', retryable: false },
  closed: { code: 'PROXY_UNREACHABLE', retryable: true },
  beyond: { code: 'PROXY_UNREACHABLE', retryable: true },
} as const
