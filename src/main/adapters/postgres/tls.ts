import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import type { PostgresAddress } from '../../../shared/postgresAddress.ts'
import { MigrateError } from '../../engine/errors.ts'
import { trusted } from '../http/trust.ts'

/**
 * TLS as libpq's parameters name it. `pg` takes `require` and `verify-ca` for `verify-full`, knows no `allow`, and gives
 * up where `prefer` goes on without: a DATABASE_URL must mean here what it means to psql and to Readur.
 */
export interface TlsPlan {
  /** What to try, in this order; false: without TLS. */
  attempts: readonly (ConnectionOptions | false)[]
  /** `direct`: TLS from the first byte on. */
  negotiation: 'postgres' | 'direct'
}

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
type Mode = (typeof modes)[number]
type Parameters = PostgresAddress['parameters']

/**
 * `own`: authorities that are trusted as well, in PEM, where certificates are verified at all and the address names no
 * other one. Throws SETTING_INVALID, and DB_TLS when a file that is named cannot be read.
 */
export async function tlsPlan(
  { host, parameters }: PostgresAddress,
  own: readonly string[] = [],
  home = homedir(),
): Promise<TlsPlan> {
  const mode = modeOf(parameters)
  const negotiation = negotiationOf(parameters, mode)
  // A Unix socket needs no TLS, and PostgreSQL offers none on it.
  if (mode === 'disable' || host.startsWith('/')) return { attempts: [false], negotiation: 'postgres' }
  const options = {
    ...versions(parameters),
    ...(await verification(mode, parameters, own, home)),
    ...(await ownCertificate(parameters, home)),
  }
  const attempts = { allow: [false, options], prefer: [options, false] } as const
  return { attempts: mode === 'allow' || mode === 'prefer' ? attempts[mode] : [options], negotiation }
}

function modeOf(parameters: Parameters): Mode {
  const ssl = parameters.get('ssl')?.toLowerCase()
  const named = parameters.get('sslmode') ?? (ssl && (['true', '1'].includes(ssl) ? 'require' : 'disable'))
  if (parameters.get('sslrootcert') === 'system') {
    if (named === undefined || named === 'verify-full') return 'verify-full'
    throw invalid(`sslrootcert=system goes with sslmode=verify-full only, not with “${named}”.`)
  }
  // What pg calls a TLS that trusts everybody.
  const known = named === 'no-verify' ? 'require' : (named ?? 'prefer')
  const mode = modes.find((it) => it === known)
  if (mode) return mode
  throw invalid(`sslmode is one of ${modes.join(', ')}, not “${known}”.`)
}

function negotiationOf(parameters: Parameters, mode: Mode): TlsPlan['negotiation'] {
  const negotiation = parameters.get('sslnegotiation') ?? 'postgres'
  if (negotiation === 'postgres') return negotiation
  if (negotiation !== 'direct') throw invalid(`sslnegotiation is postgres or direct, not “${negotiation}”.`)
  if (['require', 'verify-ca', 'verify-full'].includes(mode)) return negotiation
  throw invalid(`sslnegotiation=direct goes with sslmode=require or stronger, not with “${mode}”.`)
}

const protocolVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const

/** TLS 1.2 at least, whatever the settings and the environment allow. */
function versions(parameters: Parameters): Pick<ConnectionOptions, 'minVersion' | 'maxVersion'> {
  const of = (name: string): (typeof protocolVersions)[number] | undefined => {
    const named = parameters.get(name)
    const known = protocolVersions.find((it) => it.toLowerCase() === named?.toLowerCase())
    if (named === undefined || known !== undefined) return known
    throw invalid(`${name} is one of ${protocolVersions.join(', ')}.`)
  }
  const max = of('ssl_max_protocol_version')
  const min = of('ssl_min_protocol_version') === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2'
  if (max !== undefined && max < min)
    throw invalid(`ssl_max_protocol_version=${max} leaves no version: at least ${min} is used.`)
  return { minVersion: min, ...(max !== undefined && { maxVersion: max }) }
}

/** Whose certificates are trusted, which are revoked, and whether the name in them counts. */
async function verification(
  mode: Mode,
  parameters: Parameters,
  own: readonly string[],
  home: string,
): Promise<ConnectionOptions> {
  const [rootCertificate, revoked] = [parameters.get('sslrootcert'), parameters.get('sslcrl')]
  const crl = revoked === undefined ? await textIfThere(join(libpqFolder(home), 'root.crl')) : await textOf(revoked)
  const revocation = crl === null ? {} : { crl }
  if (rootCertificate === 'system') return { rejectUnauthorized: true, ca: trusted(own), ...revocation }
  const isVerified = mode === 'verify-ca' || mode === 'verify-full' || revoked !== undefined
  const file = rootCertificate ?? join(libpqFolder(home), 'root.crt')
  const found = rootCertificate === undefined ? await textIfThere(file) : await textOf(file)
  // Without a file of its own, libpq verifies only where it is told to: an authority for S3 must not change that.
  const ca = [
    ...(found === null ? [] : [found]),
    ...(rootCertificate === undefined && (found ?? isVerified) ? own : []),
  ]
  if (ca.length === 0) {
    if (!isVerified) return { rejectUnauthorized: false }
    throw new MigrateError('DB_TLS', {
      message: `${revoked === undefined ? `sslmode=${mode}` : 'sslcrl'} needs the certificate of an authority: there is no “${file}”, and neither sslrootcert nor the connection’s CA file names one.`,
      subject: file,
    })
  }
  // libpq checks against an authority that it finds, whatever the mode; the name only in verify-full.
  const name = mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }
  return { rejectUnauthorized: true, ca, ...revocation, ...name }
}

async function ownCertificate(parameters: Parameters, home: string): Promise<ConnectionOptions> {
  const [certFile, keyFile] = [parameters.get('sslcert'), parameters.get('sslkey')]
  const folder = libpqFolder(home)
  const cert = certFile === undefined ? await textIfThere(join(folder, 'postgresql.crt')) : await textOf(certFile)
  if (cert === null) {
    if (keyFile === undefined) return {}
    throw invalid('sslkey needs the certificate that belongs to it: name it with sslcert.')
  }
  const key = await textOf(keyFile ?? join(folder, 'postgresql.key'))
  const passphrase = parameters.get('sslpassword')
  return { cert, key, ...(passphrase !== undefined && { passphrase }) }
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
    throw new MigrateError('DB_TLS', { message, subject: file, cause })
  }
}

const invalid = (message: string): MigrateError =>
  new MigrateError('SETTING_INVALID', { message: `DATABASE_URL: ${message}`, subject: 'DATABASE_URL' })

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
