import { once } from 'node:events'
import {
  request as httpRequest,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Certificate } from '../../engine/doctor/ports.ts'
import { agentTo } from '../http/agent.ts'
import { responseTo } from '../http/response.ts'
import { networkFault } from '../http/networkWords.ts'
import type { Place } from '../http/proxy.ts'

/** Who does not know TLS may say nothing at all to its greeting. */
const greetingMs = 2_000

/** First words with a service, the same way that requests go. Throws what Node throws, and ProxyError. */
export class Handshakes {
  readonly #ca: readonly string[] | undefined

  constructor(ca: readonly string[] | undefined) {
    this.#ca = ca
  }

  /** Connects and hangs up. Null: without TLS. */
  async shake(place: Place, signal: AbortSignal): Promise<Certificate | null> {
    const request = this.#request(place, signal)
    try {
      const socket: unknown = (await once(request, 'socket', { signal }))[0]
      if (!(socket instanceof Socket)) throw new Error('There is no connection.')
      if (place.isTls) await once(socket, 'secureConnect', { signal })
      else if (socket.connecting) await once(socket, 'connect', { signal })
      return place.isTls && socket instanceof TLSSocket ? certificateOf(socket) : null
    } finally {
      request.destroy()
    }
  }

  /** Whether a port that was taken for one of http speaks https: it refuses what is plain, and answers a greeting of TLS. */
  async wantsTls(place: Place, signal: AbortSignal): Promise<boolean> {
    const status = await this.#ask(place, signal).then(
      ({ statusCode }) => statusCode,
      () => null,
    )
    if (status !== null && status !== 400) return false
    const limited = AbortSignal.any([signal, AbortSignal.timeout(greetingMs)])
    return this.shake({ ...place, isTls: true }, limited).then(
      () => true,
      (error: unknown) => networkFault(error)?.kind === 'tls',
    )
  }

  /** What the answer to an unsigned request says the time is, in whole seconds; null when it says nothing. */
  async dateOf(place: Place, signal: AbortSignal): Promise<number | null> {
    const { headers } = await this.#ask(place, signal)
    const time = Date.parse(headers.date ?? '')
    return Number.isNaN(time) ? null : time
  }

  /**
   * Announces a body that is never sent: who limits its size refuses it by the announcement alone. Unsigned, and `path` is to
   * be one that nothing can be stored at. Whoever asks for the body, refuses it for another reason or says nothing has no such limit.
   */
  async takesBody(place: Place, path: string, bytes: number, signal: AbortSignal): Promise<boolean> {
    const headers = { expect: '100-continue', 'content-length': bytes }
    const request = this.#request(place, signal, { method: 'PUT', path, headers })
    const limited = AbortSignal.any([signal, AbortSignal.timeout(greetingMs)])
    const wanted = once(request, 'continue', { signal: limited }).then(() => true)
    const answered = responseTo(request, limited).then(({ statusCode }) => statusCode !== 413)
    try {
      request.flushHeaders()
      return await Promise.race([wanted, answered])
    } catch (error) {
      signal.throwIfAborted()
      if (limited.aborted) return true
      throw error
    } finally {
      request.destroy()
    }
  }

  async #ask(place: Place, signal: AbortSignal): Promise<IncomingMessage> {
    const request = this.#request(place, signal).end()
    return (await responseTo(request, signal)).resume()
  }

  /** It is not sent before its end. */
  #request(place: Place, signal: AbortSignal, asked: RequestOptions = {}): ClientRequest {
    const { host, port, isTls } = place
    const agent: Agent = agentTo(place, this.#ca, { keepAlive: false })
    const about = { host, port, method: 'HEAD', path: '/', signal, agent, ...nameFor(host), ...asked }
    const request = (isTls ? httpsRequest : httpRequest)(about)
    // It may come when nobody waits for anything any more.
    return request.on('error', () => undefined)
  }
}

/** An address is no name that a certificate could be chosen by. */
const nameFor = (host: string): { servername?: string } => (isIP(host) === 0 ? { servername: host } : {})

function certificateOf(socket: TLSSocket): Certificate {
  const { issuer, valid_to: validTo } = socket.getPeerCertificate()
  const name = [issuer.O, issuer.CN].filter((part) => part !== undefined).join(', ')
  return { protocol: socket.getProtocol() ?? 'TLS', issuer: name, validTo: Date.parse(validTo) }
}
