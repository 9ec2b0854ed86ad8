import { link, lstat, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { MigrateError } from '../errors.ts'
import { replace, unwritable, writeWhole } from '../wholeFile.ts'
import { dataOf } from './entries.ts'
import type { RunStore } from './runStore.ts'
import { stateText } from './stateText.ts'

const isTaken = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/** `migration_state_YYYYMMDD_HHMMSS` after the run's start in UTC. */
function stemOf(store: RunStore): string {
  const stamp = new Date(store.header.createdAt).toISOString().replace(/[-:]/g, '').replace('T', '_').slice(0, 15)
  return `migration_state_${stamp}`
}

/** Gives the file the first name that nobody has, `stem` or `stem_2` …: another run may end in the same second. */
async function takeFreeName(partial: string, stem: string): Promise<string> {
  for (let n = 1; ; n += 1) {
    const path = `${stem}${n === 1 ? '' : `_${n}`}.json`
    if (await isTaken(path)) continue
    try {
      await link(partial, path)
      await rm(partial)
      return path
    } catch (cause) {
      if (await isTaken(path)) continue
      // No hard links on this disk.
      if (!(cause instanceof Error && 'code' in cause && cause.code !== 'ENOENT')) throw cause
      await rename(partial, path)
      return path
    }
  }
}

/** Where this run was exported to, the latest first. */
const earlierPaths = ({ query }: RunStore): string[] =>
  query
    .texts(`SELECT data FROM journal WHERE step = 'exported' ORDER BY id DESC`)
    .map((data) => dataOf('exported', data).path)

/** `place` gives the file its name, once it is complete. */
async function write(store: RunStore, wanted: string, place: (partial: string) => Promise<string>): Promise<string> {
  try {
    await mkdir(dirname(wanted), { recursive: true })
  } catch (cause) {
    throw unwritable(wanted, 'STATE_FILE_UNWRITABLE', cause)
  }
  const path = await writeWhole(wanted, stateText(store), 'STATE_FILE_UNWRITABLE', place)
  store.append([{ step: 'exported', data: { path } }])
  return path
}

/**
 * Writes the run into `folder` in the shape of the reference tool's `migration_state.json` and returns the path.
 * Streams, so its memory does not grow with the run; appears under its name only when it is complete. Exported again
 * into the same folder, it replaces its earlier form there.
 */
export async function exportStateFile(store: RunStore, folder: string): Promise<string> {
  const target = resolve(folder)
  const earlier = earlierPaths(store).find(
    (path) => dirname(resolve(path)) === target && basename(path).startsWith(stemOf(store)),
  )
  if (earlier !== undefined) return write(store, earlier, replace(earlier))
  const stem = join(target, stemOf(store))
  return write(store, `${stem}.json`, (partial) => takeFreeName(partial, stem))
}

/** As above, to the file that somebody named. Replaces only what this run was exported to before. */
export async function exportStateFileTo(store: RunStore, file: string): Promise<string> {
  const path = resolve(file)
  if ((await isTaken(path)) && !earlierPaths(store).includes(path)) {
    throw new MigrateError('FILE_TAKEN', {
      message: `“${path}” is there already, and is not an earlier export of this run.`,
      subject: path,
      scope: 'run',
    })
  }
  return write(store, path, replace(path))
}
