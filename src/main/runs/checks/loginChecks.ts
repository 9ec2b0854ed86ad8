import { isIP } from 'node:net'
import type { DiagnosticCode } from '../../../shared/diagnostic.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { lateError, type Checkup, type PlannedDiagnostic } from '../../engine/doctor/checkup.ts'
import { unless } from '../../engine/timers.ts'
import { ok } from '../../engine/doctor/checkResult.ts'
import { asMigrateError } from '../../engine/errors.ts'
import type { SshAccess, SshProgress, SshPrompts, WayToServer } from '../../site.ts'

type SshStep = SshProgress['step']

const codes: Record<SshStep, DiagnosticCode> = {
  name: 'server.name',
  tcp: 'server.tcp',
  forward: 'server.forward',
  'host key': 'server.hostKey',
  login: 'server.login',
}

const done: Record<SshStep, string> = {
  name: 'Found',
  tcp: 'Open',
  forward: 'Reachable',
  'host key': 'Matches the known key',
  login: 'Logged in',
}

const lateCodes: Record<SshStep, ErrorCode> = {
  name: 'SSH_HOST_UNKNOWN',
  tcp: 'SSH_UNREACHABLE',
  forward: 'SSH_FORWARD_FAILED',
  'host key': 'SSH_NOT_SSH',
  login: 'SSH_LOST',
}

/** The SSH logins of a checkup: what they report becomes diagnostics, and who asks meanwhile stops the clock. */
export class WatchedWay {
  readonly access: SshAccess
  #checkup: Checkup | null = null
  #onProgress: (progress: SshProgress) => void = () => undefined

  constructor(ssh: SshAccess) {
    const aside = <T>(ask: () => Promise<T>): Promise<T> => this.#checkup?.aside('server', ask) ?? ask()
    const prompts: SshPrompts = {
      passphrase: (question, signal) => aside(() => ssh.prompts.passphrase(question, signal)),
      password: (question, signal) => aside(() => ssh.prompts.password(question, signal)),
      answers: (question, signal) => aside(() => ssh.prompts.answers(question, signal)),
    }
    const { judgeHostKey } = ssh
    this.access = {
      ...ssh,
      prompts,
      judgeHostKey: judgeHostKey && ((problem, signal) => aside(() => judgeHostKey(problem, signal))),
      onProgress: (progress) => {
        ssh.onProgress?.(progress)
        this.#onProgress(progress)
      },
    }
  }

  /** True: we are logged in. */
  async test(way: WayToServer, checkup: Checkup): Promise<boolean> {
    const limit = new AbortController()
    const limited = AbortSignal.any([checkup.signal, limit.signal])
    this.#checkup = checkup
    this.#onProgress = ({ hop, step, state, detail }) => {
      const name = way.hops[hop]?.name ?? ''
      if (state === 'done') checkup.finish(codes[step], name, ok(null, detail ?? done[step]))
      else checkup.begin(codes[step], name, (seconds) => limit.abort(lateError(lateCodes[step], name, seconds)))
    }
    try {
      await unless(limited, way.connect(limited))
      return true
    } catch (error) {
      if (checkup.signal.aborted) checkup.skip('server')
      else checkup.fail('server', asMigrateError(error))
      return false
    } finally {
      this.#onProgress = () => undefined
    }
  }
}

/** Every step of every hop, before anything is reached. */
export function plannedWay(way: WayToServer | null): PlannedDiagnostic[] {
  return (way?.hops ?? []).flatMap(({ name, host }, at) =>
    [...wayTo(host, at), 'server.hostKey' as const, 'server.login' as const].map((code) => ({ code, subject: name })),
  )
}

function wayTo(host: string, hop: number): DiagnosticCode[] {
  if (hop > 0) return ['server.forward']
  return isIP(host) === 0 ? ['server.name', 'server.tcp'] : ['server.tcp']
}
