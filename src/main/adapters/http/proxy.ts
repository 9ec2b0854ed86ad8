import { getProxyForUrl } from 'proxy-from-env'
import { MigrateError } from '../../engine/errors.ts'
import { networkFault } from './networkWords.ts'

/** Host, port, and whether one talks TLS there. */
export interface Place {
  host: string
  port: number
  isTls: boolean
}

/** What requests go through, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. */
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

/** Null: straight there. Throws SETTING_INVALID, without anything of the proxy's address. */
export function proxyTo({ host, port, isTls }: Place): Proxy | null {
  if (loopback.test(host)) return null
  const text = getProxyForUrl(`${isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`)
  if (text === '') return null
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') throw unusable(isTls)
  const [user, password] = [url.username, url.password].map(decoded)
  const login = url.username + url.password === '' ? null : basic(`${user}:${password}`)
  const bare = new URL(`${url.protocol}//${url.host}`)
  const number = bare.port === '' ? (bare.protocol === 'https:' ? '443' : '80') : bare.port
  return { url: bare, label: `${bare.hostname}:${number}`, login }
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const unusable = (isTls: boolean): MigrateError =>
  new MigrateError('SETTING_INVALID', {
    message: `${isTls ? 'HTTPS' : 'HTTP'}_PROXY: must be the address of a proxy that begins with http:// or https://.`,
    subject: isTls ? 'HTTPS_PROXY' : 'HTTP_PROXY',
    scope: 'run',
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
