import { Readable } from 'node:stream'
import { asMigrateError, type MigrateError } from '../../engine/errors.ts'
import type { Listening } from '../silence.ts'

/** What is larger goes in pieces of this size, so that one can see it move. */
const pieceBytes = 64 * 1024
const wholeBytes = 4 * pieceBytes

interface Body {
  value: Uint8Array | Readable
  /** Fires when the request is to end, or when the source fails: the SDK would wait for the rest for ever. */
  signal: AbortSignal
  /** The error of the source, if that is what ended the request. */
  failure: () => MigrateError | null
  close: () => void
}

/** Sends a body and throws what its source failed with, where that is what ended the request. */
export async function sendBody<T>(
  source: Uint8Array | (() => AsyncIterable<Uint8Array>),
  listening: Listening,
  send: (body: Body['value'], signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const body = bodyOf(source, listening)
  try {
    return await send(body.value, body.signal)
  } catch (error) {
    throw body.failure() ?? error
  } finally {
    body.close()
  }
}

/** A body for the SDK, which neither notices that its source fails nor says so. */
function bodyOf(source: Uint8Array | (() => AsyncIterable<Uint8Array>), { signal, ours, theirs }: Listening): Body {
  if (source instanceof Uint8Array && source.byteLength <= wholeBytes) {
    return { value: source, signal, failure: () => null, close: () => undefined }
  }
  const ended = new AbortController()
  // Not AbortSignal.any: what hangs on the signal of a long run would stay there until its end.
  const relay = (): void => ended.abort(signal.reason)
  signal.addEventListener('abort', relay)
  if (signal.aborted) relay()
  let failure: MigrateError | null = null
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      ours()
      for await (const chunk of source instanceof Uint8Array ? pieces(source) : source()) {
        theirs()
        yield chunk
        ours()
      }
      theirs()
    } catch (error) {
      failure = asMigrateError(error)
      ended.abort(failure)
      throw failure
    }
  }
  const value = Readable.from(watched(), { objectMode: false })
  // Nobody else listens, and an unheard error would end the process.
  value.on('error', () => undefined)
  const close = (): void => {
    signal.removeEventListener('abort', relay)
    value.destroy()
  }
  return { value, signal: ended.signal, failure: () => failure, close }
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}
