import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { MigrateError } from '../../engine/errors.ts'
import { matchesPatternList } from './patterns.ts'

/** What is known of a server's key. */
export interface KnownKey {
  /** e.g. `ssh-ed25519`. */
  type: string
  key: Buffer
  /** File and line, for people. */
  source: string
  /** `revoked`: must never be accepted. `authority`: signs the keys of others, and is none itself. */
  mark: 'revoked' | 'authority' | null
}

/** The name under which known_hosts has a server. */
export const knownHostName = (host: string, port: number): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`

/** Lines of known_hosts files about `name`. A file that is missing holds none; one that can't be read is an error. */
export async function readKnownHosts(files: readonly string[], name: string): Promise<KnownKey[]> {
  const keys: KnownKey[] = []
  for (const file of files) keys.push(...parseKnownHosts(await textOf(file), file, name))
  return keys
}

/** Keys of RevokedHostKeys, which no server may have. One that is missing is an error, as with OpenSSH. */
export async function readRevokedKeys(file: string): Promise<KnownKey[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw unreadable(file, `it cannot be read (${codeOf(cause)})`, cause)
  })
  if (text.startsWith('SSHKRL')) {
    throw unreadable(file, 'only a list of public keys can be read here, not a binary key revocation list')
  }
  return text.split(/\r?\n/).flatMap((line, at) => parseLine(`@revoked * ${line}`, `${file}:${at + 1}`, '*'))
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(cause))) return ''
    throw unreadable(file, `it cannot be read (${codeOf(cause)})`, cause)
  }
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'

const unreadable = (file: string, why: string, cause?: unknown): MigrateError =>
  new MigrateError('SSH_HOST_KEYS_UNREADABLE', { message: `“${file}”: ${why}.`, subject: file, cause })

/** Exported for its tests. */
export function parseKnownHosts(text: string, file: string, name: string): KnownKey[] {
  return text.split(/\r?\n/).flatMap((line, at) => parseLine(line, `${file}:${at + 1}`, name))
}

/** A line that is no entry is passed over, as OpenSSH does. */
function parseLine(line: string, source: string, name: string): KnownKey[] {
  if (/^\s*(#|$)/.test(line)) return []
  const fields = line.trim().split(/\s+/)
  const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined
  const [hosts, type, encoded] = fields
  if (hosts === undefined || type === undefined || encoded === undefined) return []
  if (!coversName(hosts, name)) return []
  const key = Buffer.from(encoded, 'base64')
  if (key.length === 0) return []
  switch (marker) {
    case undefined:
      return [{ type, key, source, mark: null }]
    case '@revoked':
      return [{ type, key, source, mark: 'revoked' }]
    case '@cert-authority':
      return [{ type, key, source, mark: 'authority' }]
    default:
      return []
  }
}

function coversName(hosts: string, name: string): boolean {
  const hashed = /^\|1\|([^|]+)\|([^|]+)$/.exec(hosts)
  if (!hashed) return matchesPatternList(hosts.toLowerCase().split(','), name)
  const [, salt = '', hash = ''] = hashed
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}
