import { Readable } from 'node:stream'
import type { S3Client, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3'
import type { DeserializeMiddleware } from '@smithy/types'
import { z } from 'zod'

/** As much of a page as anybody reads. */
const mostOfPage = 16 * 1024
const mostWords = 200

const requestShape = z.looseObject({
  protocol: z.string(),
  method: z.string(),
  hostname: z.string(),
  headers: z.record(z.string(), z.string()),
})
const responseShape = z.looseObject({ statusCode: z.number(), headers: z.record(z.string(), z.string()) })
type Response = z.infer<typeof responseShape> & { body?: unknown }
const isResponse = (value: unknown): value is Response => responseShape.safeParse(value).success

/** An answer that no storage service gives. With metadata, or the SDK would add words of its own to the message. */
class StrangeAnswer extends Error {
  readonly $metadata: { httpStatusCode: number }

  constructor(
    override readonly name: string,
    message: string,
    readonly $response: Response,
  ) {
    super(message)
    this.$metadata = { httpStatusCode: $response.statusCode }
  }
}

/**
 * Asks for every answer as it is, and throws for one that is not: compressed all the same, a page for people where S3
 * answers in XML, or the advice to come back by https. What is asked for is set after signing: proxies change this header.
 */
export function takeOnlyPlainAnswers({ middlewareStack }: S3Client): void {
  const middleware: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next, context) => async (args) => {
    const request = requestShape.parse(args.request)
    Object.assign(request.headers, { 'accept-encoding': 'identity' })
    const result = await next({ ...args, request })
    if (!isResponse(result.response)) return result
    const strange = await strangeIn(request, result.response, context.commandName === 'GetObjectCommand')
    if (strange) throw strange
    return result
  }
  middlewareStack.add(middleware, { step: 'deserialize', priority: 'low', name: 'plainAnswers' })
}

async function strangeIn(
  { method, protocol }: z.infer<typeof requestShape>,
  response: Response,
  isObject: boolean,
): Promise<StrangeAnswer | null> {
  const { statusCode, headers, body } = response
  const header = (name: string): string => headers[name]?.trim().toLowerCase() ?? ''
  if (statusCode >= 300 && statusCode < 400 && protocol === 'http:' && header('location').startsWith('https://')) {
    hangUp(body)
    return new StrangeAnswer('HttpsWanted', `It was sent on to ${header('location')}.`, response)
  }
  // The answer to a HEAD tells of an object, whatever that is.
  if (method === 'HEAD') return null
  const type = header('content-type')
  const isPage = /^(text\/html|application\/xhtml|application\/json)/.test(type)
  if (statusCode >= 300) return type.includes('xml') && !isPage ? null : await strangeRefusal(response, isPage)
  const encoding = header('content-encoding')
  if (!['', 'identity', 'aws-chunked'].includes(encoding)) {
    hangUp(body)
    const message = `The answer came compressed (${encoding}), although it was asked for as it is.`
    return new StrangeAnswer('EncodedAnswer', message, response)
  }
  if (!isPage || isObject) return null
  return new StrangeAnswer('PageInsteadOfAnswer', wordsOf(await beginningOf(body)), response)
}

/** A refusal that is no XML, in the words of whoever refused. What is XML after all is left for the SDK to read. */
async function strangeRefusal(response: Response, isPage: boolean): Promise<StrangeAnswer | null> {
  const bytes = await beginningOf(response.body)
  response.body = Readable.from([bytes])
  const text = bytes.toString('utf8')
  if (/^\s*($|<\?xml|<Error\b)/.test(text)) return null
  return new StrangeAnswer(isPage ? 'PageInsteadOfAnswer' : 'UnknownError', wordsOf(bytes), response)
}

async function beginningOf(body: unknown): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  if (!(body instanceof Readable)) return Buffer.of()
  let size = 0
  try {
    for await (const chunk of body) {
      if (!(chunk instanceof Uint8Array)) break
      chunks.push(chunk)
      size += chunk.byteLength
      if (size > mostOfPage) break
    }
  } catch {
    // What came before the connection ended says enough.
  }
  return Buffer.concat(chunks)
}

/** What a page says to people, in one line. */
function wordsOf(page: Buffer): string {
  const text = page.toString('utf8').slice(0, mostOfPage)
  const words = text.replace(/<(script|style)\b[\s\S]*?(<\/\1>|$)/gi, ' ').replace(/<[^>]*(>|$)/g, ' ')
  return words.replace(/\s+/g, ' ').trim().slice(0, mostWords)
}

function hangUp(body: unknown): void {
  if (body instanceof Readable) body.on('error', () => undefined).destroy()
}
