import { Readable } from 'node:stream'

/** A listing of a thousand keys, each as long as keys can be and each sign of them encoded, has 3.4 MiB. */
const largestAnswer = 4 * 1024 ** 2

/** A listing of a thousand objects with their owners has 30,000. */
const mostMarks = 100_000

/** Elements open at one place. The SDK's parser calls itself for each, until the stack of the process ends. */
const mostOpen = 500

/** An answer that does not end where it should. With metadata, or the SDK would add words of its own to the message. */
class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge'
  readonly $metadata = {}
}

/** What there is to parse, counted as it comes: marks of XML cost far more than text. */
class Markup {
  #marks = 0
  #open = 0
  #before = ''

  /** Throws AnswerTooLarge. */
  take(chunk: Uint8Array): void {
    for (const byte of chunk) {
      const sign = byte < 0x80 ? String.fromCharCode(byte) : ''
      if (sign === '<' || sign === '&' || sign === '=') this.#marks += 1
      if (sign === '<') this.#open += 1
      // `</` closes the element before as well; `/>` and `?>` close themselves.
      else if (sign === '/' && this.#before === '<') this.#open -= 2
      else if (sign === '>' && (this.#before === '/' || this.#before === '?')) this.#open -= 1
      if (this.#open > mostOpen) throw new AnswerTooLarge(`The answer has more than ${mostOpen} elements in elements.`)
      this.#before = sign
    }
    if (this.#marks > mostMarks) throw new AnswerTooLarge(`The answer has more than ${mostMarks} marks of XML.`)
  }
}

/**
 * Collects the body of an answer for the SDK: listings, errors and what else is read as a whole. Objects are not, they
 * are streams. Throws AnswerTooLarge, and hangs up, where more comes than any service has to say.
 */
export async function collectResponse(body: unknown): Promise<Uint8Array> {
  if (!(body instanceof Readable)) throw new TypeError('The body of an answer is no stream.')
  const chunks: Uint8Array[] = []
  let size = 0
  const markup = new Markup()
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('The body of an answer is not in bytes.')
    size += chunk.byteLength
    // Leaving the loop destroys the stream, and the connection with it.
    if (size > largestAnswer) throw new AnswerTooLarge(`The answer has more than ${largestAnswer / 1024 ** 2} MiB.`)
    markup.take(chunk)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
