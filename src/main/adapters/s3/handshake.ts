import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { Certificate } from '../../engine/doctor/ports.ts'
import { networkFault } from './networkWords.ts'

/** Who does not know TLS may say nothing at all to its greeting. */
const greetingMs = 2_000

/** Host, port, and whether one talks TLS there. */
export interface Place {
  host: string
  port: number
  isTls: boolean
}

/** Connects and hangs up. Null: without TLS. Throws what Node throws. */
export async function shakeHands({ host, port, isTls }: Place, signal: AbortSignal): Promise<Certificate | null> {
  const socket: Socket | TLSSocket = isTls ? connectTls({ host, port, ...nameFor(host) }) : connectTcp({ host, port })
  const cutOff = (): void => void socket.destroy(new Error('It was cut off.'))
  signal.addEventListener('abort', cutOff, { once: true })
  try {
    await once(socket, isTls ? 'secureConnect' : 'connect')
    return 'getPeerCertificate' in socket ? certificateOf(socket) : null
  } finally {
    signal.removeEventListener('abort', cutOff)
    socket.destroy()
  }
}

/** Whether a port that was taken for one of http speaks https: it refuses what is plain, and answers a greeting of TLS. */
export async function wantsTls(place: Place, signal: AbortSignal): Promise<boolean> {
  const status = await ask(place, signal).then(
    ({ statusCode }) => statusCode,
    () => null,
  )
  if (status !== null && status !== 400) return false
  const limited = AbortSignal.any([signal, AbortSignal.timeout(greetingMs)])
  return shakeHands({ ...place, isTls: true }, limited).then(
    () => true,
    (error: unknown) => networkFault(error)?.kind === 'tls',
  )
}

/** An address is no name that a certificate could be chosen by. */
const nameFor = (host: string): { servername?: string } => (isIP(host) === 0 ? { servername: host } : {})

function certificateOf(socket: TLSSocket): Certificate {
  const { issuer, valid_to: validTo } = socket.getPeerCertificate()
  const name = [issuer.O, issuer.CN].filter((part) => part !== undefined).join(', ')
  return { protocol: socket.getProtocol() ?? 'TLS', issuer: name, validTo: Date.parse(validTo) }
}

/** What the answer to an unsigned request says the time is, in whole seconds; null when it says nothing. */
export async function dateOf(place: Place, signal: AbortSignal): Promise<number | null> {
  const { headers } = await ask(place, signal)
  const time = Date.parse(headers.date ?? '')
  return Number.isNaN(time) ? null : time
}

function ask({ host, port, isTls }: Place, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (isTls ? httpsRequest : httpRequest)(
      { host, port, method: 'HEAD', path: '/', signal, agent: false, ...nameFor(host) },
      (response) => resolve(response.resume()),
    )
    request.on('error', reject)
    request.end()
  })
}
