import ssh2, {
  type IdentityCallback,
  type ParsedKey,
  type PublicKeyEntry,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2'

/** The keys that an agent holds, as far as ssh2 knows their types. Throws when it can't be reached. */
export function agentKeys(socket: string): Promise<ParsedKey[]> {
  return new Promise((done, fail) => {
    ssh2.createAgent(socket).getIdentities((error, entries) => {
      if (error) fail(error)
      else done((entries ?? []).flatMap((entry) => parsed(entry) ?? []))
    })
  })
}

function parsed(entry: Buffer | string | ParsedKey | PublicKeyEntry | PublicKeyEntry['pubKey']): ParsedKey | null {
  if (typeof entry !== 'string' && 'pubKey' in entry) return parsed(entry.pubKey)
  const key = ssh2.utils.parseKey(entry)
  return key instanceof Error ? null : key
}

/** An agent that offers these of its keys, and no others. */
export class ChosenKeysAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: ssh2.BaseAgent
  readonly #keys: ParsedKey[]

  constructor(socket: string, keys: ParsedKey[]) {
    super()
    this.#agent = ssh2.createAgent(socket)
    this.#keys = keys
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    done(null, this.#keys)
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options)
    else this.#agent.sign(key, data, options, done)
  }
}
