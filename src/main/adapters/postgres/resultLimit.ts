import { EventEmitter } from 'node:events'
import { Duplex } from 'node:stream'
import type { Client } from 'pg'
import { z } from 'zod'
import { MigrateError } from '../../engine/errors.ts'

/** A document's row with its text, which is saved before it is deleted, is the largest that is ever asked for. */
const largestAnswer = 64 * 1024 ** 2
/** Pages have 500 rows, with their images. */
const mostRows = 100_000

/**
 * Hangs up on a server that answers one question, or a login, with more than any Readur has to say: the question then
 * fails with DB_STRANGE. To be called before the client connects.
 */
export function limitResults(client: Client, label: string): void {
  // The driver's types leave it out.
  const connection = z.instanceof(EventEmitter).parse(Reflect.get(client, 'connection'))
  let bytes = 0
  let rows = 0
  const streamNow = (): Duplex => z.instanceof(Duplex).parse(Reflect.get(connection, 'stream'))
  const refuse = (what: string): void => {
    const message = `“${label}” answers with more than ${what}.`
    streamNow().destroy(new MigrateError('DB_STRANGE', { message, subject: label }))
  }
  const watch = (): void => {
    streamNow().on('data', (chunk: Uint8Array) => {
      bytes += chunk.byteLength
      if (bytes > largestAnswer) refuse(`${largestAnswer / 1024 ** 2} MiB`)
    })
  }
  // With TLS, the stream below says one letter, and becomes another.
  if (Reflect.get(connection, 'ssl')) connection.once('sslconnect', watch)
  else connection.once('connect', watch)
  connection.on('dataRow', () => {
    rows += 1
    if (rows > mostRows) refuse(`${mostRows} rows`)
  })
  connection.on('readyForQuery', () => {
    bytes = 0
    rows = 0
  })
}
