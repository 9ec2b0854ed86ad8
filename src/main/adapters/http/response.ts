import { once } from 'node:events'
import { IncomingMessage, type ClientRequest } from 'node:http'

/** The answer to a request. Unlike the request itself it ends with the signal while there is no connection yet, too. */
export async function responseTo(request: ClientRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const answer: unknown = (await once(request, 'response', { signal }))[0]
  if (answer instanceof IncomingMessage) return answer
  throw new Error('There is no answer.')
}
