import type { Duplex } from 'node:stream'
import ssh2, { type IdentityCallback, type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2'
import { readFields } from './fields.ts'
import { unless, withinLimit } from '../../engine/timers.ts'

/** What an agent holds. */
interface AgentKeys {
  keys: ParsedKey[]
  /** Keys of types that ssh2 does not know, e.g. on security tokens, as people know them. */
  unusable: string[]
}

const requestIdentities = Buffer.from([0, 0, 0, 1, 11])
const identitiesAnswer = 12
/** More is no list of keys. */
const largestAnswer = 256 * 1024
/** Listing keys needs no person, except to unlock the agent. */
const listMs = 5_000
/** A person may have to approve a signature, or touch a security key. */
const signMs = 60_000

/** The agent took a request and has not answered it. */
export class AgentSilence extends Error {
  constructor(milliseconds: number) {
    super(`did not answer within ${milliseconds / 1000} seconds`)
  }
}

/** `milliseconds`: how long the agent may stay silent; `signal`: nobody needs its answer any more. */
interface Limits {
  milliseconds?: number
  signal: AbortSignal
}

/**
 * The keys that an agent holds; ssh2 itself is silent about those that it does not know. Throws when the agent can't be
 * reached, or says something else; AgentSilence when it says nothing.
 */
export async function agentKeys(socket: string, { signal, milliseconds = listMs }: Limits): Promise<AgentKeys> {
  return answered(socket, { signal, milliseconds }, async (stream) => {
    stream.write(requestIdentities)
    return keysIn(await answerOf(stream))
  })
}

/** What `ask` gets of the agent within the limits. */
function answered<T>(
  socket: string,
  { milliseconds, signal }: Required<Limits>,
  ask: (stream: Duplex) => Promise<T>,
): Promise<T> {
  const late = (): AgentSilence => new AgentSilence(milliseconds)
  return withinLimit(milliseconds, late, signal, async (end) => {
    const stream = await unless(end, openAgent(socket, end))
    try {
      return await unless(end, ask(stream))
    } finally {
      stream.destroy()
    }
  })
}

function openAgent(socket: string, end: AbortSignal): Promise<Duplex> {
  return new Promise((done, fail) => {
    ssh2.createAgent(socket).getStream?.((error, stream) => {
      if (error || !stream) fail(error ?? new Error('it has no stream'))
      else if (end.aborted) stream.destroy()
      else done(stream)
    })
  })
}

async function answerOf(stream: Duplex): Promise<Buffer> {
  let got = Buffer.alloc(0)
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    got = Buffer.concat([got, chunk])
    const length = got.length < 4 ? null : got.readUInt32BE(0)
    if (length !== null && length > largestAnswer) break
    if (length !== null && got.length >= 4 + length) return got.subarray(4, 4 + length)
  }
  throw new Error('it gave no list of its keys')
}

function keysIn(answer: Buffer): AgentKeys {
  if (answer[0] !== identitiesAnswer || answer.length < 5) throw new Error('it gave no list of its keys')
  const found: AgentKeys = { keys: [], unusable: [] }
  const fields = readFields(answer.subarray(5))
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [blob = Buffer.alloc(0), comment = Buffer.alloc(0)] = [fields[at], fields[at + 1]]
    const key = ssh2.utils.parseKey(blob)
    if (key instanceof Error) {
      const type = readFields(blob)[0]?.toString('latin1') ?? 'unknown'
      found.unusable.push(`${comment.toString('utf8')} (${type})`)
    } else found.keys.push(key)
  }
  return found
}

/** What a signature needs besides the agent. */
export interface Signing extends Limits {
  /** Runs what may take a person's time, which is not the server's. */
  aside: <T>(work: () => Promise<T>) => Promise<T>
  onSilence: (silence: AgentSilence) => void
}

/** An agent that offers these of its keys, and no others. */
export class ChosenKeysAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #socket: string
  readonly #keys: ParsedKey[]
  readonly #signing: Signing
  #silence: AgentSilence | null = null

  constructor(socket: string, keys: ParsedKey[], signing: Signing) {
    super()
    this.#socket = socket
    this.#keys = keys
    this.#signing = signing
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
    const tell = typeof options === 'function' ? options : done
    this.#signature(key, data, typeof options === 'function' ? {} : options).then(
      (signature) => tell?.(null, signature),
      (error: unknown) => tell?.(error instanceof Error ? error : new Error(String(error))),
    )
  }

  async #signature(key: ParsedKey, data: Buffer, options: SigningRequestOptions): Promise<Buffer> {
    // One wait is enough: the server's patience ends too.
    if (this.#silence) throw this.#silence
    const { milliseconds = signMs, signal, aside, onSilence } = this.#signing
    try {
      return await aside(() =>
        answered(this.#socket, { milliseconds, signal }, (stream) => signed(stream, key, data, options)),
      )
    } catch (error) {
      if (error instanceof AgentSilence) {
        this.#silence = error
        onSilence(error)
      }
      throw error
    }
  }
}

function signed(stream: Duplex, key: ParsedKey, data: Buffer, options: SigningRequestOptions): Promise<Buffer> {
  return new Promise((done, fail) => {
    const protocol = new ssh2.AgentProtocol(true)
    protocol.on('error', fail)
    stream.on('error', fail)
    stream.on('close', () => fail(new Error('it closed the connection')))
    protocol.pipe(stream).pipe(protocol)
    protocol.sign(key, data, options, (error, signature) => {
      if (signature) done(signature)
      else fail(error ?? new Error('it gave no signature'))
    })
  })
}
