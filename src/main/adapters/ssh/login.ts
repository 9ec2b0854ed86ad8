import type { AnyAuthMethod, ParsedKey, Prompt } from 'ssh2'
import { MigrateError } from '../../engine/errors.ts'
import { agentKeys, AgentSilence, ChosenKeysAgent, type Signing } from './agent.ts'
import { readKeyFile } from './privateKey.ts'
import { serverName, type PasswordQuestion, type SshHop, type SshKeyFile, type SshPrompts } from './target.ts'

/** sshd ends the connection at its sixth refusal (MaxAuthTries); the sixth try is kept for a password. */
const longestKeyList = 5
const mostQuestions = 3

/** Where on the way a server is. */
export type LoginPlace = Pick<PasswordQuestion, 'through' | 'isTarget'>

interface Step {
  method: AnyAuthMethod
  /** For people. */
  label: string
}

/**
 * The ways to log in to one server, one after the other: chosen keys, the agent's keys, password, questions of the
 * server. What is not offered is not tried; what can't be read is passed over. All of it is remembered for the error.
 */
export class Login {
  readonly #hop: SshHop
  readonly #place: LoginPlace
  readonly #prompts: SshPrompts
  readonly #signal: AbortSignal
  readonly #aside: Signing['aside']
  readonly #tried: string[] = []
  readonly #passedOver: string[] = []
  /** What was accepted although the server wants more: not to be offered again. */
  readonly #accepted = new Set<string>()
  readonly #offeredKeys: ParsedKey[] = []
  readonly #refusedPasswords = new Set<string>()
  #offered: readonly string[] | null = null
  #steps: AsyncGenerator<Step, undefined> | null = null
  #last: Step | null = null
  #held: Promise<readonly ParsedKey[]> | null = null
  #silence: AgentSilence | null = null

  /** `aside` runs what may take a person's time. */
  constructor(hop: SshHop, place: LoginPlace, prompts: SshPrompts, signal: AbortSignal, aside: Signing['aside']) {
    this.#hop = hop
    this.#place = place
    this.#prompts = prompts
    this.#signal = signal
    this.#aside = aside
  }

  /**
   * The next way to try; null when there is none left. `offered`: what the server takes, null while it has not said;
   * `partial`: it has accepted the last one and wants another one as well.
   */
  async next(offered: readonly string[] | null, partial: boolean): Promise<AnyAuthMethod | null> {
    if (this.#last) this.#note(this.#last, partial)
    this.#offered = offered
    if (partial) this.#steps = null
    this.#steps ??= this.#all()
    for (;;) {
      const { value, done } = await this.#steps.next()
      if (done === true) return null
      if (this.#accepted.has(value.label)) continue
      this.#last = value
      return value.method
    }
  }

  /** Why nobody is logged in. `reason`: what the server itself said, if anything. */
  failure(reason: string | null): MigrateError {
    const nothing = this.#silence ? '' : 'There was nothing to log in with.'
    const parts = [
      reason === null ? '' : `The server said: ${reason}.`,
      this.#tried.length > 0 ? `Tried: ${this.#tried.join('; ')}.` : nothing,
      this.#passedOver.length > 0 ? `Skipped: ${this.#passedOver.join('; ')}.` : '',
      this.#offered ? `The server offers: ${this.#offered.join(', ')}.` : '',
    ]
    const server = serverName(this.#hop)
    const what = this.#silence
      ? `The SSH agent at “${this.#hop.auth.agent}” ${this.#silence.message}, and nothing else logged in to “${server}”.`
      : `“${server}” did not accept the login.`
    return new MigrateError(this.#silence ? 'SSH_AGENT_SILENT' : 'SSH_AUTH_FAILED', {
      message: `${what} ${parts.filter((part) => part !== '').join(' ')}`,
      subject: server,
    })
  }

  #note({ method, label }: Step, partial: boolean): void {
    this.#last = null
    if (partial) this.#accepted.add(label)
    const refused = method.type === 'agent' && this.#silence ? 'not signed' : 'refused'
    if (method.type !== 'none') this.#tried.push(`${label} (${partial ? 'accepted, but not enough' : refused})`)
    if (method.type === 'password' && !partial && 'password' in method) this.#refusedPasswords.add(method.password)
  }

  #offers(type: string): boolean {
    return this.#offered?.includes(type) ?? false
  }

  async *#all(): AsyncGenerator<Step, undefined> {
    // Its refusal tells what the server offers.
    if (this.#offered === null) yield { method: { type: 'none', username: this.#hop.user }, label: 'no proof' }
    if (this.#offers('publickey')) yield* this.#keys()
    if (this.#offers('password')) yield* this.#passwords()
    if (this.#offers('keyboard-interactive')) yield* this.#questions()
  }

  async *#keys(): AsyncGenerator<Step, undefined> {
    const { keys, agent, identitiesOnly } = this.#hop.auth
    for (const file of keys) yield* this.#fileKey(file)
    if (agent === null || identitiesOnly) return
    const others = (await this.#agentKeys()).filter((key) => !this.#isOffered(key))
    const room = Math.max(0, longestKeyList - this.#offeredKeys.length)
    if (others.length > room) {
      this.#passedOver.push(`${others.length - room} more keys of the agent, since servers end the login at too many`)
    }
    yield* this.#agentStep(others.slice(0, room))
  }

  async *#fileKey(file: SshKeyFile): AsyncGenerator<Step, undefined> {
    const label = `key ${file.path}`
    if (this.#offeredKeys.length >= longestKeyList) {
      this.#passedOver.push(`${label}, since servers end the login at too many`)
      return
    }
    const read = await readKeyFile(file.path, file.passphrase)
    switch (read.kind) {
      case 'missing':
        if (file.isDefault !== true) this.#passedOver.push(`${label}: file not found`)
        return
      case 'unusable':
        this.#passedOver.push(`${label}: ${read.reason}`)
        return
      case 'key':
        yield* this.#keyStep(read.key, label)
        return
      case 'public':
      case 'locked': {
        const { publicKey } = read
        const twin = publicKey && (await this.#agentKeys()).find((key) => key.equals(publicKey))
        if (twin) yield* this.#agentStep([twin], `key ${file.path} in the agent`)
        else if (read.kind === 'locked') yield* this.#unlocked(file)
        else this.#passedOver.push(`${label}: this is the public key, and no agent has the private one`)
      }
    }
  }

  async *#unlocked(file: SshKeyFile): AsyncGenerator<Step, undefined> {
    const question = { server: serverName(this.#hop), path: file.path }
    for (let attempt = 1; attempt <= mostQuestions; attempt += 1) {
      const passphrase = await this.#prompts.passphrase({ ...question, attempt }, this.#signal)
      if (passphrase === null) break
      const read = await readKeyFile(file.path, passphrase)
      if (read.kind !== 'key') continue
      yield* this.#keyStep(read.key, `key ${file.path}`)
      return
    }
    this.#passedOver.push(`key ${file.path}: locked, and no passphrase was given`)
  }

  *#keyStep(key: ParsedKey, label: string): Generator<Step, undefined> {
    if (this.#isOffered(key)) return
    this.#offeredKeys.push(key)
    yield { method: { type: 'publickey', username: this.#hop.user, key }, label }
  }

  *#agentStep(keys: ParsedKey[], name?: string): Generator<Step, undefined> {
    const { agent: socket } = this.#hop.auth
    const fresh = keys.filter((key) => !this.#isOffered(key))
    if (socket === null || this.#silence || fresh.length === 0) return
    this.#offeredKeys.push(...fresh)
    const label = name ?? (fresh.length === 1 ? 'the agent’s key' : `${fresh.length} keys of the agent`)
    const agent = new ChosenKeysAgent(socket, fresh, {
      signal: this.#signal,
      aside: this.#aside,
      onSilence: (silence) => {
        this.#silence = silence
      },
    })
    yield { method: { type: 'agent', username: this.#hop.user, agent }, label }
  }

  async *#passwords(): AsyncGenerator<Step, undefined> {
    const { user, auth } = this.#hop
    const step = (password: string, label: string): Step => ({
      method: { type: 'password', username: user, password },
      label,
    })
    if (auth.password !== undefined) yield step(auth.password, 'saved password')
    const before = auth.password === undefined ? 0 : 1
    for (let attempt = before + 1; attempt <= mostQuestions; attempt += 1) {
      const question = { server: serverName(this.#hop), ...this.#place, attempt }
      const password = await this.#prompts.password(question, this.#signal)
      if (password === null) return
      yield step(password, 'password')
    }
  }

  *#questions(): Generator<Step, undefined> {
    for (let attempt = 1; attempt <= mostQuestions; attempt += 1) {
      const round = { answered: false }
      yield {
        label: 'questions of the server',
        method: {
          type: 'keyboard-interactive',
          username: this.#hop.user,
          prompt: (title, text, _language, prompts, finish) => {
            this.#answer(title, text, prompts).then(
              (answers) => {
                round.answered = answers !== null
                finish([...(answers ?? prompts.map(() => ''))])
              },
              () => finish(prompts.map(() => '')),
            )
          },
        },
      }
      if (!round.answered) return
    }
  }

  /** The saved password answers one hidden question, once; all else is for the user. */
  async #answer(title: string, text: string, prompts: readonly Prompt[]): Promise<readonly string[] | null> {
    const { password } = this.#hop.auth
    const [only, ...more] = prompts
    const asksPassword = only?.echo === false && more.length === 0
    if (asksPassword && password !== undefined && !this.#refusedPasswords.has(password)) {
      this.#refusedPasswords.add(password)
      return [password]
    }
    const questions = prompts.map((it) => ({ text: it.prompt, hidden: it.echo === false }))
    return this.#prompts.answers({ server: serverName(this.#hop), title, text, questions }, this.#signal)
  }

  /** Asked for when they are needed: an agent that is slow to answer must not hold up a key that lies in a file. */
  #agentKeys(): Promise<readonly ParsedKey[]> {
    this.#held ??= this.#askAgent()
    return this.#held
  }

  async #askAgent(): Promise<readonly ParsedKey[]> {
    const { agent } = this.#hop.auth
    if (agent === null) return []
    try {
      const { keys, unusable } = await agentKeys(agent, { signal: this.#signal })
      for (const key of unusable) {
        this.#passedOver.push(
          `the agent’s key ${key}: keys of this type, such as those on security keys, cannot be used`,
        )
      }
      return keys
    } catch (error) {
      if (error instanceof AgentSilence) this.#silence = error
      else this.#passedOver.push('SSH agent (not running)')
      return []
    }
  }

  #isOffered(key: ParsedKey): boolean {
    return this.#offeredKeys.some((it) => it.equals(key))
  }
}
