import { randomUUID } from 'node:crypto'
import { rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Random } from '../../src/sandbox/documents/random.ts'
import { Outside } from '../integration/outside.ts'
import type { CrashWorld } from './crashWorld.ts'

const longAgo = new Date(2020, 1, 1)
/** Of each kind. */
const some = 4

/**
 * Meddles with a Readur: files that were moved by hand, files and objects that no row names, rows whose document is
 * nowhere. The returned function takes all of it back.
 */
export async function plantFaults({ place, movingFiles }: CrashWorld, random: Random): Promise<() => Promise<void>> {
  const full = (path: string): string => join(place.uploadsDir, path)
  const unshared = [...movingFiles.values()].filter((path) => path.startsWith('documents/'))
  const chosen = new Set<string>()
  while (chosen.size < 2 * some) chosen.add(random.pick(unshared))
  const mending: (() => Promise<unknown>)[] = []
  for (const [at, path] of [...chosen].entries()) {
    const [from, to] = [full(path), at < some ? full(`documents/by hand ${at}.bin`) : `${place.uploadsDir}.gone-${at}`]
    await rename(from, to)
    mending.push(() => rename(to, from))
  }
  const bucket = new Outside(place.s3)
  try {
    for (let at = 0; at < some; at += 1) {
      const stray = full(`documents/nobody names me ${at}.pdf`)
      await writeFile(stray, `stray ${at}`)
      await utimes(stray, longAgo, longAgo)
      const key = `documents/${randomUUID()}/2024/05/${randomUUID()}.pdf`
      await bucket.put(key, `of a document that was deleted, ${at}`)
      mending.push(
        () => rm(stray),
        async () => {
          using again = new Outside(place.s3)
          await again.remove(key)
        },
      )
    }
  } finally {
    bucket[Symbol.dispose]()
  }
  return async () => {
    for (const mend of mending) await mend()
  }
}
