import { connect, isIP, type Socket } from 'node:net'
import { classifySocketError } from './sshErrors.ts'
import { serverName, type SshHop, type SshStep } from './target.ts'
import { answerWithin } from './limitedWait.ts'

/** For looking up the name and connecting. */
const connectMs = 15_000

export type Report = (step: SshStep, state: 'begun' | 'done', detail?: string) => void

/** A connection to the first server. Throws SSH_HOST_UNKNOWN, SSH_UNREACHABLE, or the signal's reason. */
export async function connectSocket(hop: SshHop, report: Report, signal: AbortSignal): Promise<Socket> {
  const server = serverName(hop)
  // An address needs no looking up.
  report(isIP(hop.host) === 0 ? 'name' : 'tcp', 'begun')
  const socket = connect({ host: hop.host, port: hop.port, noDelay: true })
  socket.once('lookup', (error: Error | null, address: string) => {
    if (error) return
    report('name', 'done', address)
    report('tcp', 'begun')
  })
  try {
    await answerWithin<undefined>(
      {
        signals: [signal],
        milliseconds: connectMs,
        late: () => new Error(`no answer within ${connectMs / 1000} seconds`),
      },
      (done) => {
        socket.once('connect', () => done(null, undefined))
        socket.once('error', (error) => done(error, undefined))
      },
      () => undefined,
    )
    report('tcp', 'done')
    return socket
  } catch (error) {
    socket.on('error', () => undefined)
    socket.destroy()
    if (signal.aborted) throw error
    throw classifySocketError(error, server)
  }
}
