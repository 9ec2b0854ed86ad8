import { request as httpRequest, type Agent, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { z } from 'zod'
import type { ErrorCode } from '../../../shared/errors.ts'
import { MigrateError } from '../../engine/errors.ts'
import type { ReadurServer } from '../../engine/ports.ts'
import { withinLimit } from '../../engine/timers.ts'
import { agentTo } from '../http/agent.ts'
import { responseTo, wholeText } from '../http/response.ts'
import { networkFault } from '../http/networkWords.ts'
import { placeAt, proxyCodes, proxyErrorIn } from '../http/proxy.ts'

/** Where Readur answers. */
interface ReadurAddress {
  /** Without a slash at the end. */
  url: string
  /** Bearer token of a user; null: only what everybody may ask. */
  token: string | null
  /** Certificates of authorities that are trusted beside the known ones (S3_CA_FILE). */
  ca?: readonly string[] | undefined
  /** Of its image; null where nobody said. */
  version?: string | null
  /** For a short answer, from the question to its last byte. */
  answerMs?: number
}

/** What is asked of it, beside a path. */
interface Asked {
  method?: 'POST' | 'DELETE'
  body?: FormData
}

/** Disks of a server that sleep are awake by then; somebody waits for the answer. */
const usualAnswerMs = 30_000
/** What it does with a document may take minutes. One that says nothing for so long has forgotten us. */
const silentMs = 300_000
/** A connection that nobody uses is closed before Readur, or a proxy before it, does so without a word. */
const unusedMs = 4_000

/** Its description of itself has less than one. */
const largestAnswer = 4 * 1024 ** 2

const health = z.object({ status: z.string() })
const description = z.object({ info: z.object({ title: z.string(), version: z.string() }) })
const uploaded = z.object({ id: z.uuid() })
const user = z.object({ username: z.string(), role: z.string() })

/** Readur over HTTP. Its answers: the reference page of its contract, and its public source (routes/, swagger.rs). */
export class HttpReadur implements ReadurServer {
  readonly label: string
  readonly hasToken: boolean
  version: string | null
  readonly #token: string | null
  readonly #agent: Agent
  readonly #answerMs: number

  /** Throws SETTING_INVALID where the address of a proxy is none. */
  constructor({ url, token, ca, version = null, answerMs = usualAnswerMs }: ReadurAddress) {
    this.#agent = agentTo(placeAt(new URL(url)), ca, { keepAlive: true, timeout: unusedMs })
    this.label = url
    this.version = version
    this.hasToken = token !== null
    this.#answerMs = answerMs
    this.#token = token
  }

  async health(signal: AbortSignal): Promise<{ version: string | null }> {
    const { status } = await this.#json('/api/health', health, signal)
    if (status !== 'ok') throw this.#strange(`It says of its health: “${status.slice(0, 100)}”.`)
    return { version: await this.#version(signal) }
  }

  async whoAmI(signal: AbortSignal): Promise<{ name: string; isAdmin: boolean }> {
    const { username, role } = await this.#json('/api/auth/me', user, signal)
    return { name: username, isAdmin: role === 'admin' }
  }

  async *download(documentId: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const path = `/api/documents/${encodeURIComponent(documentId)}/download`
    const answer = await this.#ask(path, signal, {}, documentId)
    try {
      for await (const chunk of answer) if (chunk instanceof Uint8Array) yield chunk
    } catch (cause) {
      throw this.#broken(cause, signal)
    }
  }

  async upload(filename: string, bytes: Uint8Array, signal: AbortSignal): Promise<string | null> {
    const body = new FormData()
    body.set('file', new Blob([Buffer.from(bytes)], { type: 'text/plain' }), filename)
    const answer = await this.#reach('/api/documents', signal, { method: 'POST', body })
    // Other answers of 500 and above are those of a proxy.
    if (answer.statusCode === 500) {
      answer.destroy()
      return null
    }
    this.#assertDone(answer)
    const text = await this.#text(answer, '/api/documents', signal)
    const parsed = uploaded.safeParse(parseJson(text))
    if (parsed.success) return parsed.data.id
    throw this.#strange('It does not say under which id it has stored a document.')
  }

  async remove(documentId: string, signal: AbortSignal): Promise<void> {
    try {
      const path = `/api/documents/${encodeURIComponent(documentId)}`
      const answer = await this.#ask(path, signal, { method: 'DELETE' }, documentId)
      answer.destroy()
    } catch (error) {
      if (!(error instanceof MigrateError) || error.code !== 'READUR_NO_DOCUMENT') throw error
    }
  }

  /** Its description of itself has the version; not every Readur shows it. */
  async #version(signal: AbortSignal): Promise<string | null> {
    try {
      const { info } = await this.#json('/api-docs/openapi.json', description, signal)
      return /readur/i.test(info.title) ? info.version : null
    } catch (error) {
      if (signal.aborted) throw error
      return null
    }
  }

  async #json<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const parsed = schema.safeParse(parseJson(await this.#shortText(path, signal)))
    if (parsed.success) return parsed.data
    // Readur answers any path that it does not know with its page.
    throw this.#strange(`What it answers at ${path} is not what Readur answers.`)
  }

  /** All of it in time, however slowly it comes. */
  #shortText(path: string, signal: AbortSignal): Promise<string> {
    const late = (): MigrateError => {
      const message = `“${this.label}” gave no answer within ${this.#answerMs / 1_000} seconds.`
      return new MigrateError('READUR_UNREACHABLE', { message, subject: this.label, scope: 'run', retryable: true })
    }
    return withinLimit(this.#answerMs, late, signal, async (within) =>
      this.#text(await this.#ask(path, within), path, within),
    )
  }

  async #text(answer: IncomingMessage, path: string, signal: AbortSignal): Promise<string> {
    const text = await wholeText(answer, largestAnswer).catch((cause: unknown) => {
      throw this.#broken(cause, signal)
    })
    if (text === null) throw this.#strange(`It answers at ${path} with more than ${largestAnswer / 1024 ** 2} MiB.`)
    return text
  }

  async #ask(path: string, signal: AbortSignal, asked: Asked = {}, document?: string): Promise<IncomingMessage> {
    const answer = await this.#reach(path, signal, asked)
    this.#assertDone(answer, document)
    return answer
  }

  async #reach(path: string, signal: AbortSignal, asked: Asked): Promise<IncomingMessage> {
    try {
      signal.throwIfAborted()
      return await this.#send(path, signal, asked)
    } catch (cause) {
      throw this.#broken(cause, signal)
    }
  }

  #assertDone(answer: IncomingMessage, document?: string): void {
    const { statusCode: status = 0 } = answer
    if (status >= 200 && status < 300) return
    // Otherwise the connection would wait for somebody to read the answer.
    answer.destroy()
    throw this.#refusal(status, answer.headers.location, document)
  }

  /** Nothing is followed: the token goes where the user said, and nowhere else. */
  async #send(path: string, signal: AbortSignal, { method, body }: Asked): Promise<IncomingMessage> {
    // It knows how a form is written.
    const form = body && new Response(body)
    const bytes = form && Buffer.from(await form.arrayBuffer())
    const headers = {
      accept: '*/*',
      ...(this.#token !== null && { authorization: `Bearer ${this.#token}` }),
      ...(form && bytes && { 'content-type': form.headers.get('content-type') ?? '', 'content-length': bytes.length }),
    }
    const send = this.label.startsWith('https:') ? httpsRequest : httpRequest
    const request = send(`${this.label}${path}`, {
      method: method ?? 'GET',
      headers,
      signal,
      agent: this.#agent,
      timeout: silentMs,
    })
    const silent = Object.assign(new Error('There was no answer in time.'), { code: 'ETIMEDOUT' })
    // What comes after the answer has begun is said to its reader.
    request.on('error', () => undefined).on('timeout', () => request.destroy(silent))
    request.end(bytes)
    return responseTo(request, signal)
  }

  #refusal(status: number, location = '', document?: string): MigrateError {
    if (status >= 300 && status < 400) {
      return this.#strange(`It sends us on to “${location.slice(0, 200)}”: use that address.`)
    }
    const of = (code: ErrorCode, message: string, more = {}): MigrateError =>
      new MigrateError(code, { message, subject: document ?? this.label, ...more })
    if (status === 401 || status === 403) return of('READUR_TOKEN', `It answers ${status}.`, { scope: 'run' })
    if (status === 407) return of('PROXY_REFUSED', 'The proxy asks for a user name and password.', { scope: 'run' })
    if (document !== undefined && (status === 404 || status === 500)) {
      // Of a file that it cannot read Readur says 500, of a document of others 404.
      return of('READUR_NO_DOCUMENT', `“${this.label}” answers ${status} when asked for document ${document}.`)
    }
    if (status === 429 || status >= 500) {
      return of('READUR_UNREACHABLE', `It answers ${status}.`, { scope: 'run', retryable: true })
    }
    return this.#strange(`It answers ${status}.`)
  }

  #strange(message: string): MigrateError {
    return new MigrateError('READUR_STRANGE', { message, subject: this.label })
  }

  #broken(cause: unknown, signal: AbortSignal): MigrateError {
    if (signal.aborted && signal.reason instanceof MigrateError) return signal.reason
    const about = { subject: this.label, scope: 'run', cause } as const
    const proxy = proxyErrorIn(cause)
    if (proxy) return new MigrateError(proxyCodes[proxy.kind].code, { message: proxy.message, ...about })
    const fault = networkFault(cause)
    const message = `“${this.label}”: ${fault?.words ?? String(cause)}`
    return fault === null || fault.kind === 'unreachable'
      ? new MigrateError('READUR_UNREACHABLE', { message, retryable: true, ...about })
      : new MigrateError('READUR_TLS', { message, ...about })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
