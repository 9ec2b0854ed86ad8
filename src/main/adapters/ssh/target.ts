/** A program that is to lead to a server, with its arguments, and the same as one line, which people agree to. */
export interface ProxyCommand {
  argv: readonly [string, ...string[]]
  text: string
}

/** Where an SSH connection leads, by way of which servers. Holds secrets: never logged, never sent to the window. */
export interface SshTarget {
  /** In the order in which they are reached; the last one is the server that is wanted. */
  hops: readonly [SshHop, ...SshHop[]]
}

/** One server on the way. Each has its own login and its own host key. */
export interface SshHop {
  host: string
  port: number
  user: string
  /** Its key may sign with SHA-1, which old servers have alone. */
  allowsSshRsa?: boolean | undefined
  /** The program that leads to it, in place of a connection; of the first hop alone. Somebody has agreed to it. */
  proxy?: ProxyCommand | undefined
  auth: SshAuth
  hostKeys: HostKeyPolicy
}

export interface SshAuth {
  /** Private keys to try, in this order. One that cannot be read is passed over and named in the error. */
  keys: readonly SshKeyFile[]
  /** Socket of an SSH agent, a pipe on Windows, or `pageant`. */
  agent: string | null
  /** Offer the agent's keys only where they are the other half of one of `keys`. */
  identitiesOnly: boolean
  /** A password that is known beforehand. */
  password?: string | undefined
}

export interface SshKeyFile {
  path: string
  passphrase?: string | undefined
  /** Nobody asked for this file: it is no remark worth when it is missing. */
  isDefault?: boolean | undefined
}

interface HostKeyPolicy {
  /** Files in the shape of known_hosts. They are read and never written; one that is missing holds nothing. */
  knownHosts: readonly string[]
  /** A list of public keys that no server may have. */
  revoked: string | null
  /** Our own store; keys that were accepted are added to it. */
  store: string
  /** Fingerprints (`SHA256:…`) that the user has just accepted for servers that are not known yet. */
  accept: readonly string[]
  /** The name to look the key up by, instead of the host's. */
  alias?: string | undefined
}

/** Whose password is asked for. Servers of one name that are reached by different ways are different ones. */
export interface PasswordQuestion {
  server: string
  /** The jump hosts that it is reached through. */
  through: readonly string[]
  /** It is the server that is wanted, and none of the jump hosts. */
  isTarget: boolean
  /** Counts from 1; above that, the answer before was wrong. */
  attempt: number
}

/** One name for each server of each way. */
export const wayTo = ({ server, through }: PasswordQuestion): string => [...through, server].join(' → ')

/** What the program has to ask while it connects. Null: no answer, go on without. */
export interface SshPrompts {
  /** `attempt` counts from 1; above that, the answer before was wrong. */
  passphrase(question: { server: string; path: string; attempt: number }, signal: AbortSignal): Promise<string | null>
  password(question: PasswordQuestion, signal: AbortSignal): Promise<string | null>
  /** Questions that the server asks itself, e.g. for a one-time code. As many answers as questions. */
  answers(
    question: { server: string; title: string; text: string; questions: readonly SshQuestion[] },
    signal: AbortSignal,
  ): Promise<readonly string[] | null>
}

interface SshQuestion {
  text: string
  /** What is typed must not be shown. */
  hidden: boolean
}

/** The steps of reaching one hop, in their order. `name` and `tcp` of a later hop happen on the server before it. */
export type SshStep = 'name' | 'tcp' | 'forward' | 'host key' | 'login'

export interface SshProgress {
  /** From 0, as in `hops`. */
  hop: number
  server: string
  step: SshStep
  state: 'begun' | 'done'
  /** e.g. the address that a name stands for, or the fingerprint. */
  detail?: string
}

/** The server as people write it. */
export const serverName = ({ user, host, port }: Pick<SshHop, 'user' | 'host' | 'port'>): string => {
  const name = host.includes(':') ? `[${host}]` : host
  return `${user}@${port === 22 ? name : `${name}:${port}`}`
}

/**
 * Asks each question once: passphrases and passwords are kept in memory and given again when the connection has to be
 * made again. What the server asks itself may be good for one time only, so it is never kept.
 */
export function rememberAnswers(prompts: SshPrompts): SshPrompts {
  const known = new Map<string, string>()
  const remembered = async (
    name: string,
    attempt: number,
    ask: () => Promise<string | null>,
  ): Promise<string | null> => {
    const before = attempt === 1 ? known.get(name) : undefined
    if (before !== undefined) return before
    const answer = await ask()
    if (answer !== null) known.set(name, answer)
    return answer
  }
  return {
    passphrase: (question, signal) =>
      remembered(`key ${question.path}`, question.attempt, () => prompts.passphrase(question, signal)),
    password: (question, signal) =>
      remembered(`login ${wayTo(question)}`, question.attempt, () => prompts.password(question, signal)),
    answers: (question, signal) => prompts.answers(question, signal),
  }
}
