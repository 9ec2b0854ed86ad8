import { createHash } from 'node:crypto'
import type { ObjectHead, PutRequest } from '../ports.ts'

export const md5Of = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('base64')

/** The request that writes an object whose bytes are all at hand. */
export const wholeBody = (head: ObjectHead, body: Uint8Array): PutRequest => ({
  ...head,
  size: body.byteLength,
  body,
  contentMd5: md5Of(body),
})
