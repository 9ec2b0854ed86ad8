import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

const stored = z.object({ size: z.number() })
const objectName = z.object({ bucket: z.string(), key: z.string() })

type Store = Record<string, unknown>
const isStore = (value: unknown): value is Store => typeof value === 'object' && value !== null

/**
 * Makes s3rver answer a write only when its bytes are in the file. As it comes, it answers as soon as it has read the
 * request, so that the last bytes of a part can be missing from the object that is put together of it.
 */
export function settleWrites(server: object, directory: string): void {
  const store: unknown = Reflect.get(server, 'store')
  if (!isStore(store)) throw new Error('This version of s3rver has no store to correct')
  waitFor(store, 'putPart', ([bucket, uploadId, part]) =>
    join(directory, z.string().parse(bucket), '._S3rver_uploads', z.string().parse(uploadId), String(part)),
  )
  waitFor(store, 'putObject', ([object]) => {
    const { bucket, key } = objectName.parse(object)
    return join(directory, bucket, ...`${key}._S3rver_object`.split('/'))
  })
}

function waitFor(store: Store, method: string, fileOf: (args: unknown[]) => string): void {
  const original = store[method]
  if (typeof original !== 'function') throw new Error(`This version of s3rver has no ${method} to correct`)
  store[method] = async (...args: unknown[]): Promise<unknown> => {
    const result: unknown = await Reflect.apply(original, store, args)
    await hasSize(fileOf(args), stored.parse(result).size)
    return result
  }
}

async function hasSize(path: string, size: number): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    const facts = await stat(path).catch(() => null)
    if (facts?.size === size) return
    await sleep(tries < 20 ? 1 : 10)
  }
  throw new Error(`${path} did not reach ${size} bytes`)
}
