import { once } from 'node:events'
import { IncomingMessage, type ClientRequest } from 'node:http'

/** The answer to a request. Unlike the request itself it ends with the signal while there is no connection yet, too. */
export async function responseTo(request: ClientRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const answer: unknown = (await once(request, 'response', { signal }))[0]
  if (answer instanceof IncomingMessage) return answer
  throw new Error('There is no answer.')
}

/** All of a short answer; null where it has more bytes than that, and then it is hung up. */
export async function wholeText(answer: IncomingMessage, mostBytes: number): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer) {
    if (!(chunk instanceof Uint8Array)) continue
    size += chunk.byteLength
    // Leaving the loop hangs up.
    if (size > mostBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
