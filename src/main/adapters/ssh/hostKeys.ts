import { createHash } from 'node:crypto'
import { MigrateError } from '../../engine/errors.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { HostKeyStore } from './hostKeyStore.ts'
import { knownHostName, readKnownHosts, readRevokedKeys, type KnownKey } from './knownHosts.ts'
import { serverName, type SshHop } from './target.ts'

/** What a person compares before accepting a server. */
interface HostKey {
  host: string
  port: number
  /** e.g. `ssh-ed25519`. */
  type: string
  /** `SHA256:…`, as ssh-keygen shows it. */
  fingerprint: string
}

/** A key that is known instead of the one that was presented. */
type OtherKey = Pick<HostKey, 'type' | 'fingerprint'> & { source: string }

/** SSH_HOST_KEY_UNKNOWN or SSH_HOST_KEY_CHANGED, with the key so that the user can be asked about it. */
export class HostKeyError extends MigrateError {
  readonly hostKey: HostKey
  /** Empty for a server that is not known, and for a key that was revoked. */
  readonly known: readonly OtherKey[]

  constructor(code: ErrorCode, message: string, hostKey: HostKey, known: readonly OtherKey[] = []) {
    super(code, { message, subject: `${hostKey.host}:${hostKey.port}`, scope: 'run' })
    this.hostKey = hostKey
    this.known = known
  }
}

const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

/** The key's type stands first in it. */
function typeOf(key: Buffer): string {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0)
  return key.toString('latin1', 4, 4 + length)
}

/** Judges the keys that one server presents during one connection, as OpenSSH does. */
export class HostKeyJudge {
  readonly #hop: SshHop
  readonly #name: string
  readonly #known: readonly KnownKey[]
  /** Keys of the host whatever its port, which count where none is known for its port. None for a host with an alias. */
  readonly #portless: readonly KnownKey[]
  #judged: { key: Buffer; isNew: boolean } | null = null
  #refusal: HostKeyError | null = null

  private constructor(hop: SshHop, name: string, known: readonly KnownKey[], portless: readonly KnownKey[]) {
    this.#hop = hop
    this.#name = name
    this.#known = known
    this.#portless = portless
  }

  /** Throws SSH_HOST_KEYS_UNREADABLE: no list is not an empty one. */
  static async of(hop: SshHop): Promise<HostKeyJudge> {
    const { alias, knownHosts, revoked, store } = hop.hostKeys
    const name = alias?.toLowerCase() ?? knownHostName(hop.host, hop.port)
    const listed = [
      ...(revoked === null ? [] : await readRevokedKeys(revoked)),
      ...(await readKnownHosts(knownHosts, name)),
      ...(await new HostKeyStore(store).find(name)),
    ]
    const plain = hop.host.toLowerCase()
    const isElsewhere = alias === undefined && plain !== name
    return new HostKeyJudge(hop, name, listed, isElsewhere ? await readKnownHosts(knownHosts, plain) : [])
  }

  /** Types of the keys that are known, to ask the server for one of these. */
  get types(): Set<string> {
    return new Set(this.#known.filter(({ mark }) => mark === null).map(({ type }) => type))
  }

  /** Why the key was not accepted. */
  get refusal(): HostKeyError | null {
    return this.#refusal
  }

  /** The key that was accepted. */
  get accepted(): HostKey | null {
    return this.#judged && this.#describe(this.#judged.key)
  }

  /** Asked at the start of a connection and at each new exchange of keys. */
  judge(key: Buffer): boolean {
    if (this.#judged) return this.#judged.key.equals(key)
    const presented = this.#describe(key)
    const different = this.#known.filter(({ mark }) => mark === null)
    const counting = different.length > 0 ? this.#known : [...this.#known, ...this.#portless]
    const same = counting.filter((it) => it.key.equals(key))
    if (same.some(({ mark }) => mark === 'revoked')) {
      this.#refuse('SSH_HOST_KEY_CHANGED', `presents a key that was revoked: ${presented.fingerprint}`, presented)
    } else if (same.some(({ mark }) => mark === null)) {
      this.#judged = { key, isNew: false }
    } else if (different.length > 0) {
      const known = different.map(({ key, type, source }) => ({ fingerprint: fingerprintOf(key), type, source }))
      const before = known.map((it) => `${it.fingerprint} (${it.type}, ${it.source})`).join(', ')
      const now = `${presented.fingerprint} (${presented.type})`
      this.#refuse('SSH_HOST_KEY_CHANGED', `presents the key ${now}; known is ${before}`, presented, known)
    } else if (this.#hop.hostKeys.accept.includes(presented.fingerprint)) {
      this.#judged = { key, isNew: true }
    } else {
      const other = this.#hop.hostKeys.accept.length > 0 ? ', which is not one that was accepted' : ''
      this.#refuse(
        'SSH_HOST_KEY_UNKNOWN',
        `is not known. Its key is ${presented.fingerprint} (${presented.type})${other}`,
        presented,
      )
    }
    return this.#judged !== null
  }

  /** Keeps a key that was just accepted. To be called once the server has proved that it holds it. */
  async keep(): Promise<void> {
    if (!this.#judged?.isNew) return
    const { key } = this.#judged
    await new HostKeyStore(this.#hop.hostKeys.store).add(this.#name, typeOf(key), key)
    this.#judged.isNew = false
  }

  #describe(key: Buffer): HostKey {
    return { host: this.#hop.host, port: this.#hop.port, type: typeOf(key), fingerprint: fingerprintOf(key) }
  }

  #refuse(code: ErrorCode, what: string, hostKey: HostKey, known: readonly OtherKey[] = []): void {
    this.#refusal = new HostKeyError(code, `“${serverName(this.#hop)}” ${what}.`, hostKey, known)
  }
}
