import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** What arrived of a request, and how it was answered: as a test says. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => unknown

/** An S3 service of whatever manners, on this computer. */
export class StubService {
  readonly #server: Server
  readonly requests: IncomingMessage[] = []
  answer: Answer = (_, response) => response.end()
  /** To a body that is announced (Expect: 100-continue): asked for, unless a test says otherwise. */
  announced: Answer
  endpoint = ''

  constructor() {
    this.announced = (request, response) => {
      response.writeContinue()
      this.#server.emit('request', request, response)
    }
    this.#server = createServer((request, response) => {
      this.requests.push(request)
      request.resume().on('end', () => this.answer(request, response))
    })
    this.#server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      this.announced(request, response)
    })
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    this.endpoint = `http://127.0.0.1:${address.port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** A refusal as S3 words it. */
export const refuses =
  (status: number, code: string): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' })
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code} it is</Message></Error>`)
  }

/** A page for people. */
export const showsPage =
  (status: number, words: string, type = 'text/html'): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': type })
    response.end(`<html><head><title>${words}</title><style>body { color: red }</style></head><body></body></html>`)
  }
