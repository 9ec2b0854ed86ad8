import { z } from 'zod'
import type { ErrorCode } from '../../../shared/errors.ts'
import { MigrateError } from '../../engine/errors.ts'
import type { ReadurServer } from '../../engine/ports.ts'

/** Where Readur answers. */
export interface ReadurAddress {
  /** Without a slash at the end. */
  url: string
  /** Bearer token of a user; null: only what everybody may ask. */
  token: string | null
}

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
  readonly #token: string | null

  constructor({ url, token }: ReadurAddress) {
    this.label = url
    this.hasToken = token !== null
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
      for await (const chunk of answer.body ?? []) if (chunk instanceof Uint8Array) yield chunk
    } catch (cause) {
      throw this.#broken(cause, signal)
    }
  }

  async upload(filename: string, bytes: Uint8Array, signal: AbortSignal): Promise<string> {
    const body = new FormData()
    body.set('file', new Blob([Buffer.from(bytes)], { type: 'text/plain' }), filename)
    const answer = await this.#ask('/api/documents', signal, { method: 'POST', body })
    const text = await this.#text(answer, '/api/documents', signal)
    const parsed = uploaded.safeParse(parseJson(text))
    if (parsed.success) return parsed.data.id
    throw this.#strange('It does not say under which id it has stored a document.')
  }

  async remove(documentId: string, signal: AbortSignal): Promise<void> {
    try {
      const path = `/api/documents/${encodeURIComponent(documentId)}`
      const answer = await this.#ask(path, signal, { method: 'DELETE' }, documentId)
      await answer.body?.cancel().catch(() => undefined)
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
    const answer = await this.#ask(path, signal)
    const text = await this.#text(answer, path, signal)
    const parsed = schema.safeParse(parseJson(text))
    if (parsed.success) return parsed.data
    // Readur answers any path that it does not know with its page.
    throw this.#strange(`What it answers at ${path} is not what Readur answers.`)
  }

  /** All of a short answer. */
  async #text(answer: Response, path: string, signal: AbortSignal): Promise<string> {
    const chunks: Uint8Array[] = []
    let size = 0
    try {
      for await (const chunk of answer.body ?? []) {
        if (!(chunk instanceof Uint8Array)) continue
        size += chunk.byteLength
        // Leaving the loop hangs up.
        if (size > largestAnswer) break
        chunks.push(chunk)
      }
    } catch (cause) {
      throw this.#broken(cause, signal)
    }
    if (size > largestAnswer)
      throw this.#strange(`It answers at ${path} with more than ${largestAnswer / 1024 ** 2} MiB.`)
    return Buffer.concat(chunks).toString('utf8')
  }

  async #ask(path: string, signal: AbortSignal, request: RequestInit = {}, document?: string): Promise<Response> {
    let answer: Response
    try {
      answer = await fetch(`${this.label}${path}`, {
        ...request,
        signal,
        // The token goes where the user said, and nowhere else.
        redirect: 'manual',
        headers: this.#token === null ? {} : { authorization: `Bearer ${this.#token}` },
      })
    } catch (cause) {
      throw this.#broken(cause, signal)
    }
    if (answer.ok) return answer
    // Otherwise the connection would wait for somebody to read the answer.
    await answer.body?.cancel().catch(() => undefined)
    throw this.#refusal(answer, document)
  }

  #refusal({ status, headers }: Response, document: string | undefined): MigrateError {
    if (status >= 300 && status < 400) {
      return this.#strange(`It sends us on to “${(headers.get('location') ?? '').slice(0, 200)}”: use that address.`)
    }
    const of = (code: ErrorCode, message: string, more = {}): MigrateError =>
      new MigrateError(code, { message, subject: document ?? this.label, ...more })
    if (status === 401 || status === 403) return of('READUR_TOKEN', `It answers ${status}.`, { scope: 'run' })
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
    return new MigrateError('READUR_STRANGE', { message, subject: this.label, scope: 'run' })
  }

  #broken(cause: unknown, signal: AbortSignal): MigrateError {
    if (signal.aborted && signal.reason instanceof MigrateError) return signal.reason
    return new MigrateError('READUR_UNREACHABLE', {
      message: `“${this.label}”: ${reasonOf(cause)}`,
      subject: this.label,
      scope: 'run',
      retryable: true,
      cause,
    })
  }
}

/** “fetch failed” says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner = error.cause instanceof Error ? error.cause : error
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : ''
  return [code, inner.message].filter((part) => part !== '').join(': ')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
