import { posix } from 'node:path'
import type { MigrateError } from '../errors.ts'
import { isOnS3 } from '../keys/readurKeys.ts'
import { candidatesFor } from '../plan/paths.ts'
import type { UploadsDeps } from './ports.ts'
import { failed, type CheckResult } from './checkResult.ts'

const sampled = 20

/**
 * The folder was refused: whether the rows mean the one above it (somebody chose `documents/`) or one in it. What the rows
 * name must lie there; without rows that can be read, the name alone tells.
 */
export async function otherFolder(
  { uploads, database, prefixes, setting }: UploadsDeps,
  error: MigrateError,
  databaseIsThere: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<CheckResult<boolean>> {
  const root = uploads.namedRoot.replaceAll('\\', '/').replace(/\/+$/, '')
  const [above, name] = [posix.dirname(root), posix.basename(root)]
  const rows = (await databaseIsThere()) ? await database.randomDocuments(sampled, signal) : []
  const wanted = rows.flatMap(({ filePath }) => {
    const candidates = isOnS3(filePath) ? null : candidatesFor(filePath, prefixes)
    return candidates?.kind === 'inside' ? candidates.exact : []
  })
  const holds = async (path: string): Promise<boolean> =>
    (await uploads.inspect(path).catch(() => null))?.kind === 'file'
  const any = async (paths: readonly string[]): Promise<boolean> => {
    for (const path of paths) if (await holds(path)) return true
    return false
  }
  const inAbove = wanted.flatMap((path) => (path.startsWith(`${name}/`) ? [path.slice(name.length + 1)] : []))
  const isAbove = wanted.length === 0 ? name === 'documents' : await any(inAbove)
  const below = isAbove
    ? undefined
    : await first(['uploads', 'data'], (it) => any(wanted.map((path) => `${it}/${path}`)))
  if (!isAbove && below === undefined) throw error
  const better = isAbove ? above : `${root}/${below ?? ''}`
  const variable = setting.isInContainer ? 'UPLOAD_PATH' : 'READUR_UPLOADS_DIR'
  return failed(false, error, {
    words: `The uploads folder is “${better}”: choose it instead of “${uploads.namedRoot}”.`,
    offers: [
      {
        id: 'set-uploads',
        label: `Use ${better}`,
        consequence: `The connection is saved with ${better} as its uploads folder.`,
        action: { kind: 'set variable', name: variable, value: better },
      },
    ],
  })
}

async function first(all: readonly string[], test: (it: string) => Promise<boolean>): Promise<string | undefined> {
  for (const it of all) if (await test(it)) return it
  return undefined
}
