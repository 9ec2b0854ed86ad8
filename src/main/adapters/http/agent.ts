import { once } from 'node:events'
import { Agent as HttpAgent, type AgentOptions, type ClientRequest } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { closedProxy, ProxyError, proxyTo, refusedBy, type Place, type Proxy } from './proxy.ts'
import { trusting } from './trust.ts'

/**
 * As long as a proxy may take to lead on: less than any client gives a connection (connectionTimeout of the one for S3), so
 * that it is the proxy that is named.
 */
const proxyMs = 8_000

/** How requests go to one place: whom they trust, and through which proxy. Throws SETTING_INVALID. */
export function agentTo(place: Place, ca: readonly string[] | undefined, sockets: AgentOptions): HttpAgent {
  const proxy = proxyTo(place)
  const secureContext = trusting(ca)
  const options = { ...sockets, ...(secureContext !== undefined && { secureContext }) }
  if (proxy === null) return place.isTls ? new HttpsAgent(options) : new HttpAgent(options)
  return place.isTls ? new Tunnel(proxy, options) : new Relay(proxy, options)
}

type Options = AgentOptions & { secureContext?: ReturnType<typeof trusting> }
type Connect = Parameters<HttpsProxyAgent<string>['connect']>[1]
type Passed = Parameters<HttpProxyAgent<string>['connect']>

const toProxy = ({ login }: Proxy, options: Options) => ({
  ...options,
  ...(login !== null && { headers: { 'Proxy-Authorization': login } }),
})

/** TLS to the service itself, through a connection that the proxy makes (CONNECT). */
class Tunnel extends HttpsProxyAgent<string> {
  readonly #proxy: Proxy
  readonly #options: Options

  constructor(proxy: Proxy, options: Options) {
    super(proxy.url, toProxy(proxy, options))
    this.#proxy = proxy
    this.#options = options
    // The library would pass an answer of the proxy on as that of the service, which TLS is there to rule out.
    this.on('proxyConnect', ({ statusCode }: { statusCode: number }, request: ClientRequest) => {
      if (statusCode !== 200) throw refusedBy(proxy, String(request.getHeader('host') ?? request.host), statusCode)
    })
  }

  override connect(request: ClientRequest, options: Connect): Promise<Socket> {
    return within(this, this.#proxy, () => super.connect(request, Object.assign(options, this.#options)))
  }
}

/** Plain requests, which the proxy reads and passes on. */
class Relay extends HttpProxyAgent<string> {
  readonly #proxy: Proxy

  constructor(proxy: Proxy, options: Options) {
    super(proxy.url, toProxy(proxy, options))
    this.#proxy = proxy
  }

  override connect(...passed: Passed): Promise<Socket> {
    return within(this, this.#proxy, () => super.connect(...passed))
  }
}

/** Ends it when it takes too long or comes to nothing: neither library would. */
async function within(agent: Tunnel | Relay, proxy: Proxy, connect: () => Promise<Socket>): Promise<Socket> {
  const ending = new AbortController()
  const silent = once(ending.signal, 'abort').then(() => Promise.reject(new Error('It is silent.')))
  const timer = setTimeout(() => ending.abort(), proxyMs)
  // It is read before `connect` first waits, and so is for this connection alone.
  agent.connectOpts = { ...agent.connectOpts, signal: ending.signal }
  try {
    return await Promise.race([connect(), silent])
  } catch (error) {
    if (ending.signal.aborted)
      throw closedProxy(proxy, Object.assign(new Error('It is silent.'), { code: 'ETIMEDOUT' }))
    ending.abort()
    throw error instanceof ProxyError ? error : closedProxy(proxy, error)
  } finally {
    clearTimeout(timer)
  }
}
