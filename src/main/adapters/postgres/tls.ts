import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { MigrateError } from '../../engine/errors.ts'

/**
 * TLS as libpq's parameters name it. `pg` takes `require` and `verify-ca` for `verify-full`, knows no `allow`, and gives
 * up where `prefer` goes on without: a DATABASE_URL must mean here what it means to psql and to Readur.
 */
export interface TlsPlan {
  /** The address without the parameters that were understood here. */
  url: string
  /** What to try, in this order; false: without TLS. */
  attempts: readonly (ConnectionOptions | false)[]
}

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
type Mode = (typeof modes)[number]

const parameters = [
  'ssl',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslpassword',
  'sslcrl',
  'sslnegotiation',
  'uselibpqcompat',
]

/** Throws SETTING_INVALID, and DB_TLS when a file that is named cannot be read. */
export async function tlsPlan(address: string, home = homedir()): Promise<TlsPlan> {
  const url = new URL(address)
  const query = new Map(parameters.map((name) => [name, url.searchParams.get(name)]))
  for (const name of parameters) url.searchParams.delete(name)
  const rootCertificate = query.get('sslrootcert') ?? null
  const mode = modeOf(query, rootCertificate)
  // A Unix socket needs no TLS, and PostgreSQL offers none on it.
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
  if (mode === 'disable' || host.startsWith('/')) return { url: url.href, attempts: [false] }
  const options = {
    minVersion: 'TLSv1.2' as const,
    ...(await verification(mode, rootCertificate, home)),
    ...(await ownCertificate(query, home)),
  }
  switch (mode) {
    case 'allow':
      return { url: url.href, attempts: [false, options] }
    case 'prefer':
      return { url: url.href, attempts: [options, false] }
    case 'require':
    case 'verify-ca':
    case 'verify-full':
      return { url: url.href, attempts: [options] }
  }
}

function modeOf(query: ReadonlyMap<string, string | null>, rootCertificate: string | null): Mode {
  const ssl = query.get('ssl')?.toLowerCase()
  const named = query.get('sslmode') ?? (ssl === undefined ? null : ['true', '1'].includes(ssl) ? 'require' : 'disable')
  if (rootCertificate === 'system') {
    if (named === null || named === 'verify-full') return 'verify-full'
    throw invalid(`sslrootcert=system goes with sslmode=verify-full only, not with “${named}”.`)
  }
  // What pg calls a TLS that trusts everybody.
  const known = named === 'no-verify' ? 'require' : (named ?? 'prefer')
  const mode = modes.find((it) => it === known)
  if (mode) return mode
  throw invalid(`sslmode is one of ${modes.join(', ')}, not “${known}”.`)
}

/** Whose certificates are trusted, and whether the name in them counts. */
async function verification(mode: Mode, rootCertificate: string | null, home: string): Promise<ConnectionOptions> {
  if (rootCertificate === 'system') return { rejectUnauthorized: true }
  const file = rootCertificate ?? join(libpqFolder(home), 'root.crt')
  const ca = rootCertificate === null ? await textIfThere(file) : await textOf(file)
  if (ca === null) {
    if (mode !== 'verify-ca' && mode !== 'verify-full') return { rejectUnauthorized: false }
    throw new MigrateError('DB_TLS', {
      message: `sslmode=${mode} needs the certificate of an authority: there is no “${file}”, and sslrootcert names none.`,
      subject: file,
      scope: 'run',
    })
  }
  // libpq checks against an authority that it finds, whatever the mode; the name only in verify-full.
  return { rejectUnauthorized: true, ca, ...(mode !== 'verify-full' && { checkServerIdentity: () => undefined }) }
}

async function ownCertificate(query: ReadonlyMap<string, string | null>, home: string): Promise<ConnectionOptions> {
  const [certFile, keyFile] = [query.get('sslcert') ?? null, query.get('sslkey') ?? null]
  const folder = libpqFolder(home)
  const cert = certFile === null ? await textIfThere(join(folder, 'postgresql.crt')) : await textOf(certFile)
  if (cert === null) return {}
  const key = await textOf(keyFile ?? join(folder, 'postgresql.key'))
  const passphrase = query.get('sslpassword')
  return { cert, key, ...(typeof passphrase === 'string' && { passphrase }) }
}

const libpqFolder = (home: string): string =>
  process.platform === 'win32' ? join(process.env.APPDATA ?? home, 'postgresql') : join(home, '.postgresql')

const textIfThere = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null)

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    const message = `“${file}” cannot be read: ${code}.`
    throw new MigrateError('DB_TLS', { message, subject: file, scope: 'run', cause })
  }
}

const invalid = (message: string): MigrateError =>
  new MigrateError('SETTING_INVALID', { message: `DATABASE_URL: ${message}`, subject: 'DATABASE_URL', scope: 'run' })

const certificateError = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/

/** TLS could not be agreed on, or its certificate is not trusted. */
export function isTlsError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string' && certificateError.test(error.code)) return true
  return /does not support SSL connections|error establishing an SSL connection/.test(error.message)
}

/** Whether libpq would go on to the next attempt: the other way may be the one that the server lets in. */
export function mayTryOtherWay(error: unknown): boolean {
  const refusedByRule = error instanceof Error && 'code' in error && error.code === '28000'
  return refusedByRule || isTlsError(error)
}
