import type { Duplex } from 'node:stream'
import ssh2, { type IdentityCallback, type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2'
import { readFields } from './fields.ts'

/** What an agent holds. */
export interface AgentKeys {
  keys: ParsedKey[]
  /** Keys of types that ssh2 does not know, e.g. on security tokens, as people know them. */
  unusable: string[]
}

const requestIdentities = Buffer.from([0, 0, 0, 1, 11])
const identitiesAnswer = 12
/** More is no list of keys. */
const largestAnswer = 256 * 1024

/**
 * The keys that an agent holds; ssh2 itself is silent about those that it does not know. Throws when the agent can't be
 * reached, or says something else.
 */
export async function agentKeys(socket: string): Promise<AgentKeys> {
  const stream = await openAgent(socket)
  try {
    stream.write(requestIdentities)
    return keysIn(await answerOf(stream))
  } finally {
    stream.destroy()
  }
}

function openAgent(socket: string): Promise<Duplex> {
  return new Promise((done, fail) => {
    ssh2.createAgent(socket).getStream?.((error, stream) => {
      if (error || !stream) fail(error ?? new Error('it has no stream'))
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
