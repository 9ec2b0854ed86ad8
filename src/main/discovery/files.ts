import { resolve } from 'node:path'
import { asMigrateError, type MigrateError } from '../engine/errors.ts'
import type { Boundary } from './boundary.ts'
import { discoverCompose } from './compose.ts'
import type { Discovered } from './discovered.ts'
import { discoverEnvText } from './dotEnv.ts'
import { discoverKubernetes, isForKubernetes } from './kubernetes.ts'
import { localFile, localFiles } from './localFiles.ts'
import type { ReadFile } from './neighbours.ts'
import { printable } from './printable.ts'
import { unreadable } from './refusal.ts'

/** One file, or a text without a name, with a way to what is to be read of those around it. */
interface SettingsFile {
  name: string | undefined
  text: string
  read: ReadFile
}

/** Looks through files of this computer; what they name is read beside them. Throws DISCOVERY_UNREADABLE, READUR_NOT_FOUND. */
export async function discoverFiles(paths: readonly string[], boundary: Boundary): Promise<Discovered[]> {
  const files: SettingsFile[] = []
  // What a person has named needs no other permission.
  for (const path of paths) boundary.allow(resolve(path))
  for (const path of paths) {
    const read = localFiles(folderOf(path), boundary)
    const text = await localFile(path).catch(() => null)
    if (text === null) throw unreadable(printable(path), 'it isn’t a settings file, or can’t be read.')
    files.push({ name: path, text, read })
  }
  return discoverTogether(files)
}

/**
 * Looks through files that belong together: where there is one of Compose's, those of variables are read by it; files for
 * Kubernetes refer to each other.
 */
export async function discoverTogether(files: readonly SettingsFile[]): Promise<Discovered[]> {
  const forKubernetes = files.filter(({ text }) => isForKubernetes(text))
  if (forKubernetes.length > 0 && !files.some((it) => isCompose(it) && !forKubernetes.includes(it))) {
    return discoverKubernetes(
      forKubernetes.map(({ name, text }) => ({ name: name === undefined ? 'the pasted text' : fileName(name), text })),
    )
  }
  const compose = files.filter(isCompose)
  // What lies over another file is read with it; a file of variables beside Compose's is read by it.
  const main = compose.filter(({ name = '' }) => !/\.override\.ya?ml$/i.test(name))
  const wanted = main.length > 0 ? main : compose.length > 0 ? compose : files
  const found: Discovered[] = []
  const failures: MigrateError[] = []
  for (const file of wanted) {
    try {
      found.push(...(await discoverOne(file)))
    } catch (error) {
      failures.push(asMigrateError(error))
    }
  }
  if (found.length === 0) throw failures[0] ?? unreadable('the pasted text', 'it is empty.')
  return found
}

const discoverOne = async ({ name, text, read }: SettingsFile): Promise<Discovered[]> =>
  isCompose({ name, text, read })
    ? discoverCompose(text, read, name === undefined ? {} : { path: name })
    : [discoverEnvText(text, name === undefined ? undefined : printable(fileName(name)))]

const isCompose = ({ name = '', text }: SettingsFile): boolean =>
  /\.ya?ml$/i.test(name) || /^\s*services\s*:/m.test(text)

export const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? ''
const folderOf = (path: string): string => path.slice(0, path.length - fileName(path).length)
