import type { Duplex } from 'node:stream'
import { Client, type AuthHandlerMiddleware } from 'ssh2'
import { PausableTimer } from '../../engine/timers.ts'
import { algorithms } from './algorithms.ts'
import { classifyHandshakeError, lost } from './sshErrors.ts'
import type { HostKeyJudge } from './hostKeys.ts'
import { Login, type LoginPlace } from './login.ts'
import { OfferedAlgorithms } from './offered.ts'
import type { Report } from './socket.ts'
import { serverName, type SshHop, type SshPrompts } from './target.ts'

/** A login on one server. */
export interface LoggedIn {
  hop: SshHop
  client: Client
  /** Fires when it is gone, with SSH_LOST as its reason. */
  lost: AbortSignal
}

/** For the exchange of keys, which takes seconds of our own in Electron, and for the server's answer to each proof. */
const stepMs = 45_000
const keepAlive = { keepaliveInterval: 15_000, keepaliveCountMax: 3 }

/** Errors that ssh2 tells of and goes on after, with the next way to log in. */
const isRemark = (error: Error & { level?: string }): boolean =>
  error.level === 'agent' || /^Error (while )?signing/.test(error.message)

/** Makes an SSH connection of a stream to a server: its key is verified, then we log in. */
export async function logIn(
  hop: SshHop,
  place: LoginPlace,
  stream: Duplex,
  judge: HostKeyJudge,
  prompts: SshPrompts,
  report: Report,
  signal: AbortSignal,
): Promise<LoggedIn> {
  const client = new Client()
  const gone = new AbortController()
  // ssh2 goes on telling of errors after the one that matters; without a listener they would end the process.
  client.on('error', () => undefined)
  try {
    await connected(client, { hop, place, stream, judge, prompts, report, signal, gone })
    await judge.keep()
  } catch (error) {
    client.destroy()
    stream.destroy()
    throw error
  }
  return { hop, client, lost: gone.signal }
}

interface Handshake {
  hop: SshHop
  place: LoginPlace
  stream: Duplex
  judge: HostKeyJudge
  prompts: SshPrompts
  report: Report
  signal: AbortSignal
  gone: AbortController
}

function connected(client: Client, handshake: Handshake): Promise<void> {
  const { hop, stream, judge, report, signal, gone } = handshake
  const server = serverName(hop)
  return new Promise((done, reject) => {
    const silence = new PausableTimer(() => fail(lost(server, `it said nothing for ${stepMs / 1000} seconds`)), stepMs)
    const login = new Login(
      hop,
      handshake.place,
      outside(handshake.prompts, silence),
      AbortSignal.any([signal, gone.signal]),
      (work) => silence.aside(work),
    )
    let step: 'host key' | 'login' | 'ready' = 'host key'
    const fail = (error: unknown): void => {
      silence.stop()
      signal.removeEventListener('abort', onAbort)
      reject(error instanceof Error ? error : new Error(String(error)))
      client.destroy()
    }
    const onAbort = (): void => fail(signal.reason)
    let last: Error | null = null

    const authHandler: AuthHandlerMiddleware = (offered: string[] | null, partial, next) => {
      login.next(offered, partial).then((method) => {
        silence.restart(stepMs)
        if (method) next(method)
        else fail(login.failure(null))
      }, fail)
    }

    client.once('handshake', () => {
      offered.stop()
      report('host key', 'done', judge.accepted?.fingerprint)
      report('login', 'begun')
      step = 'login'
      silence.restart(stepMs)
    })
    client.once('ready', () => {
      step = 'ready'
      silence.stop()
      signal.removeEventListener('abort', onAbort)
      report('login', 'done')
      done()
    })
    client.on('error', (error) => {
      if (isRemark(error)) return
      last = error
      if (step === 'host key') fail(judge.refusal ?? classifyHandshakeError(error, server, offered.hostKeys))
      // A reason that the server gave for ending the login, e.g. too many failures.
      else if (step === 'login' && 'code' in error && typeof error.code === 'number') fail(login.failure(error.message))
      else if (step === 'login') fail(lost(server, error.message, error))
    })
    client.on('close', () => {
      const error = lost(server, last?.message ?? 'it was closed by the server', last)
      if (step !== 'ready') fail(error)
      gone.abort(error)
    })
    signal.addEventListener('abort', onAbort, { once: true })

    const offered = new OfferedAlgorithms(stream)
    report('host key', 'begun')
    client.connect({
      sock: stream,
      username: hop.user,
      algorithms: algorithms(judge.types, hop.allowsSshRsa === true),
      hostVerifier: (key: Buffer) => judge.judge(key),
      authHandler,
      // ssh2's own limit would run on while a person is asked.
      readyTimeout: 0,
      ...keepAlive,
    })
  })
}

/** Questions to people, whose time is not the server's; to each answer it has its whole time again. Exported for its test. */
export function outside(prompts: SshPrompts, silence: PausableTimer): SshPrompts {
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    const answer = await silence.aside(question)
    silence.restart(stepMs)
    return answer
  }
  return {
    passphrase: (question, signal) => ask(() => prompts.passphrase(question, signal)),
    password: (question, signal) => ask(() => prompts.password(question, signal)),
    answers: (question, signal) => ask(() => prompts.answers(question, signal)),
  }
}
