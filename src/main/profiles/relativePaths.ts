import { isAbsolute, resolve } from 'node:path'
import { invalid, valueOf, type Variables } from './variables.ts'

/** Parameters of a database address that name a file. */
const inAddress = /((?:^|[?&])(?:sslrootcert|sslcert|sslkey|sslcrl)=)([^&#]*)/g
/** libpq’s word for all authorities that this computer knows. */
const systemStore = 'system'

/**
 * Variables with their files and folders of this computer named in full: what is relative in a file of settings begins in
 * the folder of that file, wherever this program was started. `folder` null: nothing may be relative, and SETTING_INVALID is
 * thrown. `elsewhere`: the uploads are on a server, whose paths are its own.
 */
export function absolutePaths(variables: Variables, folder: string | null, elsewhere: boolean): Variables {
  const absolute = (name: string, path: string): string => {
    if (isAbsolute(path)) return path
    if (folder === null) throw invalid(name, `“${path}” is not an absolute path, such as /etc/readur/ca.pem.`)
    return resolve(folder, path)
  }
  const parameters = (name: string, text: string): string =>
    text.replace(inAddress, (all, head: string, value: string) => {
      const path = decoded(value)
      return path === null || path === '' || path === systemStore
        ? all
        : head + encodeURIComponent(absolute(name, path))
    })
  const map = (name: string, text: string): string =>
    text
      .split(';')
      .map((one) => one.replace(/(?<==)\s*([^=\s][^=]*)$/, (host) => absolute(name, host.trim())))
      .join(';')
  const areUploadsHere = !elsewhere && valueOf(variables, 'READUR_UPLOADS_CONTAINER') === undefined
  const changes: [name: string, change: (name: string, text: string) => string][] = [
    ['S3_CA_FILE', absolute],
    ['POSTGRES_SSLROOTCERT', (name, path) => (path === systemStore ? path : absolute(name, path))],
    ['POSTGRES_PARAMETERS', parameters],
    ['DATABASE_URL', parameters],
  ]
  if (areUploadsHere) changes.push(['READUR_UPLOADS_DIR', absolute], ['READUR_UPLOADS_MAP', map])
  const changed = changes.flatMap(([name, change]) => {
    const text = valueOf(variables, name)
    return text === undefined ? [] : [[name, change(name, text)] as const]
  })
  return { ...variables, ...Object.fromEntries(changed) }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
