import { createWriteStream } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MigrateError } from '../engine/errors.ts'
import type { RunStore } from '../engine/journal/runStore.ts'
import { snapshotSql } from '../engine/journal/snapshot.ts'

/** Writes the paths of before the run as SQL that puts them back; whole or not at all. Throws PATHS_UNWRITABLE. */
export async function savePaths(store: RunStore, path: string): Promise<void> {
  const partial = `${path}.${randomUUID().slice(0, 8)}.part`
  try {
    await pipeline(
      Readable.from(snapshotSql(store)),
      createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }),
    )
    await rename(partial, path)
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined)
    const message = `“${path}” could not be written.`
    throw new MigrateError('PATHS_UNWRITABLE', { message, subject: path, scope: 'run', cause })
  }
}
