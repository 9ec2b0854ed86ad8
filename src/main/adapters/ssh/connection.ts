import type { Duplex } from 'node:stream'
import type { ClientCallback, ClientChannel, SFTPWrapper } from 'ssh2'
import { asMigrateError, type MigrateError } from '../../engine/errors.ts'
import {
  classifyExecError,
  classifyForwardError,
  classifySessionError,
  lost,
  stopReason,
  unanswered,
} from './sshErrors.ts'
import { HostKeyJudge } from './hostKeys.ts'
import { logIn, type LoggedIn } from './hop.ts'
import { proxyStream } from './proxyCommand.ts'
import { connectSocket, type Report } from './socket.ts'
import { serverName, type SshHop, type SshProgress, type SshPrompts, type SshTarget } from './target.ts'
import { answerWithin } from './limitedWait.ts'

/** A login on the last server of a target. Every method throws MigrateError and nothing else. */
export interface SshConnection {
  /** `user@host`, for people. */
  readonly label: string
  /** Fires when the connection is gone, with SSH_LOST as its reason. */
  readonly lost: AbortSignal
  /**
   * A new session for files. Throws SFTP_UNAVAILABLE, SSH_TOO_MANY_SESSIONS. A server that does not answer within the
   * time has lost the connection, whether it knows it or not.
   */
  sftp(signal: AbortSignal, milliseconds?: number): Promise<SFTPWrapper>
  /** A stream to an address that the server sees. Throws SSH_FORWARD_REFUSED, SSH_FORWARD_FAILED. */
  forward(host: string, port: number, signal: AbortSignal): Promise<Duplex>
  /** A stream to a Unix socket of the server. */
  forwardToSocket(path: string, signal: AbortSignal): Promise<Duplex>
  /**
   * A POSIX shell of the server that carries out the first line of its input; what follows is input of what that line
   * starts. Throws COMMANDS_REFUSED where the account may run nothing, SSH_TOO_MANY_SESSIONS.
   */
  shell(signal: AbortSignal): Promise<ClientChannel>
  /** Ends it on every hop. Returns when it is ended. */
  close(): Promise<void>
}

/**
 * All that an account's own shell ever reads of us. It may be fish, tcsh or anything else, and no quoting holds in all
 * of them: so this line is constant, means the same to each, and everything else goes to sh over its input.
 */
const startsShell = `sh -c 'IFS= read -r line; eval "$line"'`

/** How long a server may take to open a channel. */
const channelMs = 30_000
/** How long a server may take to say goodbye. */
const goodbyeMs = 2_000

/**
 * Connects through all hops, each reached through the one before. Nothing listens anywhere. Throws SSH_*, each for its
 * own step; HostKeyError where a server's key is unknown or changed.
 */
export async function openSsh(
  target: SshTarget,
  prompts: SshPrompts,
  signal: AbortSignal,
  onProgress: (progress: SshProgress) => void = () => undefined,
): Promise<SshConnection> {
  const hops: LoggedIn[] = []
  try {
    for (const [at, hop] of target.hops.entries()) {
      const server = serverName(hop)
      const report: Report = (step, state, detail) =>
        onProgress({ hop: at, server, step, state, ...(detail !== undefined && { detail }) })
      const before = hops.at(-1)
      // First: between a stream's beginning and its use nothing may be waited for, or its end would be missed.
      const judge = await HostKeyJudge.of(hop)
      const stream = before ? await reach(before, hop, report, signal) : await begin(hop, report, signal)
      const place = { through: target.hops.slice(0, at).map(serverName), isTarget: at === target.hops.length - 1 }
      hops.push(await logIn(hop, place, stream, judge, prompts, report, signal))
    }
    const last = hops.at(-1)
    if (last === undefined) throw new Error('A target without a server.')
    return new Connection(hops, last)
  } catch (error) {
    for (const { client } of hops.reverse()) client.destroy()
    throw stopReason(signal) ?? error
  }
}

const begin = (hop: SshHop, report: Report, signal: AbortSignal): Promise<Duplex> =>
  hop.proxy ? proxyStream(hop, hop.proxy, report, signal) : connectSocket(hop, report, signal)

/** The next hop, as the one before it sees it. */
async function reach(from: LoggedIn, hop: SshHop, report: Report, signal: AbortSignal): Promise<Duplex> {
  report('forward', 'begun')
  const stream = await forward(from, hop.host, hop.port, signal)
  report('forward', 'done')
  return stream
}

async function forward(from: LoggedIn, host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  const where = `${host}:${port}`
  // Where the stream begins is of no consequence to servers, and nobody's business.
  return forwarded(from, where, signal, (done) => from.client.forwardOut('127.0.0.1', 0, host, port, done))
}

async function forwarded(
  { hop, lost: gone }: LoggedIn,
  where: string,
  signal: AbortSignal,
  start: (done: ClientCallback) => void,
): Promise<Duplex> {
  const server = serverName(hop)
  // The server may be there, and what it looks for not.
  const late = (): Error => unanswered(server, where, channelMs / 1000)
  try {
    return await answerWithin<ClientChannel>(
      { signals: [signal, gone], milliseconds: channelMs, late },
      start,
      (channel) => channel.destroy(),
    )
  } catch (error) {
    throw stopReason(signal) ?? classifyForwardError(error, server, where)
  }
}

class Connection implements SshConnection {
  readonly label: string
  readonly #gone = new AbortController()
  readonly #hops: readonly LoggedIn[]
  readonly #last: LoggedIn

  constructor(hops: readonly LoggedIn[], last: LoggedIn) {
    this.#hops = hops
    this.#last = last
    this.label = serverName(last.hop)
    for (const hop of hops) {
      const onLost = (): void => this.#drop(hop.lost.reason)
      hop.lost.addEventListener('abort', onLost, { once: true })
      if (hop.lost.aborted) onLost()
    }
  }

  get lost(): AbortSignal {
    return this.#gone.signal
  }

  async sftp(signal: AbortSignal, milliseconds = channelMs): Promise<SFTPWrapper> {
    const late = (): Error => lost(this.label, `it did not answer for ${milliseconds / 1000} seconds`)
    try {
      return await answerWithin<SFTPWrapper>(
        { signals: [signal, this.lost], milliseconds, late },
        (done) => this.#last.client.sftp((error, sftp) => done(error, sftp)),
        (sftp) => sftp.end(),
      )
    } catch (error) {
      throw stopReason(signal) ?? this.#noted(classifySessionError(error, this.label))
    }
  }

  async forward(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
    return forward(this.#last, host, port, signal).catch((error: unknown) => {
      throw this.#noted(asMigrateError(error))
    })
  }

  async forwardToSocket(path: string, signal: AbortSignal): Promise<Duplex> {
    const { client } = this.#last
    return forwarded(this.#last, path, signal, (done) => client.openssh_forwardOutStreamLocal(path, done)).catch(
      (error: unknown) => {
        throw this.#noted(asMigrateError(error))
      },
    )
  }

  async shell(signal: AbortSignal): Promise<ClientChannel> {
    const late = (): Error => lost(this.label, `it did not answer for ${channelMs / 1000} seconds`)
    try {
      return await answerWithin<ClientChannel>(
        { signals: [signal, this.lost], milliseconds: channelMs, late },
        (done) => this.#last.client.exec(startsShell, done),
        (channel) => channel.destroy(),
      )
    } catch (error) {
      throw stopReason(signal) ?? this.#noted(classifyExecError(error, this.label))
    }
  }

  async close(): Promise<void> {
    for (const { client, lost: gone } of [...this.#hops].reverse()) {
      client.end()
      await ended(gone)
      client.destroy()
    }
  }

  /** A loss that shows in one call is one for all: it must not be found again by each. */
  #noted(error: MigrateError): MigrateError {
    if (error.code === 'SSH_LOST') this.#drop(error)
    return error
  }

  #drop(reason: unknown): void {
    if (this.lost.aborted) return
    this.#gone.abort(reason)
    for (const { client } of [...this.#hops].reverse()) client.destroy()
  }
}

/** Data may still be under way after `end`: only `close` says that all has arrived. */
function ended(gone: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, goodbyeMs)
    const finish = (): void => {
      clearTimeout(timer)
      done()
    }
    gone.addEventListener('abort', finish, { once: true })
    if (gone.aborted) finish()
  })
}
