import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import envPaths from 'env-paths'
import { diskError } from './engine/diskError.ts'

/** Where everything of ours lies. The folder is private to the user. */
interface DataDir {
  root: string
  /** One run store a run. */
  runs: string
  /** State files in the reference tool's shape. */
  states: string
  /** What the window’s program says of itself. */
  logs: string
  /** File of the host keys that were accepted. */
  hostKeys: string
}

/** What this process writes from now on is its user's alone, unless it says otherwise: paths and names are nobody else's. */
export const keepPrivate = (): void => void process.umask(0o077)

/** READUR_MIGRATE_HOME, or the place that the platform has for such data. Made when it is missing. Throws DATA_FOLDER_UNWRITABLE and DISK_FULL. */
export function openDataDir(variables: Readonly<Record<string, string | undefined>>): DataDir {
  const named = variables.READUR_MIGRATE_HOME?.trim() ?? ''
  const root = resolve(named !== '' ? named : envPaths('readur-migrate', { suffix: '' }).data)
  const dirs = { root, runs: join(root, 'runs'), states: join(root, 'states'), logs: join(root, 'logs') }
  for (const dir of Object.values(dirs)) make(dir)
  return { ...dirs, hostKeys: join(root, 'hostKeys.json') }
}

function make(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw diskError(cause, dir) ?? cause
  }
}
