import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import ssh2, { type ParsedKey } from 'ssh2'
import { closeCommand, isOpenKey } from '../../engine/privacy.ts'

/** What a file that should hold a private key turned out to be. */
type KeyFile =
  | { kind: 'key'; key: ParsedKey }
  /** Without the passphrase; `publicKey` where it lies beside it. */
  | { kind: 'locked'; publicKey: ParsedKey | null }
  /** Only the public half: an agent has the other one. */
  | { kind: 'public'; publicKey: ParsedKey }
  | { kind: 'missing' }
  | { kind: 'unusable'; reason: string }

/** Reads OpenSSH's format, PEM (PKCS#1, SEC1, PKCS#8) and PuTTY's as far as ssh2 knows it. Never throws. */
export async function readKeyFile(path: string, passphrase?: string): Promise<KeyFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code !== 'ENOENT') return { kind: 'unusable', reason: `cannot be read: ${code}` }
    const publicKey = await publicHalfOf(path)
    return publicKey ? { kind: 'public', publicKey } : { kind: 'missing' }
  }
  const file = parseKey(text, passphrase)
  // As ssh does: who can read a key can log in with it. A public half is for everybody.
  if ((file.kind === 'key' || file.kind === 'locked') && (await isOpenKey(path))) {
    const reason = `others can read it, so it was not used; ssh would not use it either. Close it with: ${closeCommand(path)}`
    return { kind: 'unusable', reason }
  }
  return file.kind === 'locked' ? { kind: 'locked', publicKey: await publicHalfOf(path) } : file
}

async function publicHalfOf(path: string): Promise<ParsedKey | null> {
  const text = await readFile(`${path}.pub`, 'utf8').catch(() => '')
  const key = ssh2.utils.parseKey(text)
  return key instanceof Error ? null : key
}

/** Exported for its tests. */
export function parseKey(text: string, passphrase?: string): KeyFile {
  if (/^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/m.test(text)) return parsePkcs8(text, passphrase)
  const key = ssh2.utils.parseKey(text, passphrase)
  if (!(key instanceof Error)) return key.isPrivateKey() ? { kind: 'key', key } : { kind: 'public', publicKey: key }
  if (/no passphrase given/i.test(key.message)) return { kind: 'locked', publicKey: null }
  if (passphrase !== undefined && parseKey(text).kind === 'locked') {
    return { kind: 'unusable', reason: 'the passphrase is wrong' }
  }
  if (text.startsWith('PuTTY-User-Key-File-')) {
    return {
      kind: 'unusable',
      reason: 'it is a key of PuTTY. Turn it into one of OpenSSH with: puttygen KEY.ppk -O private-openssh -o KEY',
    }
  }
  // ssh2's own words tell too little, and repeat none of the key.
  return { kind: 'unusable', reason: `it isn’t a readable private key (${key.message})` }
}

/** ssh2 does not read PKCS#8, and Node does. */
function parsePkcs8(text: string, passphrase: string | undefined): KeyFile {
  let key: KeyObject
  try {
    key = createPrivateKey({ key: text, ...(passphrase !== undefined && { passphrase }) })
  } catch {
    if (!text.includes('ENCRYPTED')) return { kind: 'unusable', reason: 'it is damaged' }
    return passphrase === undefined
      ? { kind: 'locked', publicKey: null }
      : { kind: 'unusable', reason: 'the passphrase is wrong' }
  }
  const { asymmetricKeyType: type = 'unknown' } = key
  if (type === 'rsa') return parseKey(key.export({ type: 'pkcs1', format: 'pem' }).toString())
  if (type === 'ec') return parseKey(key.export({ type: 'sec1', format: 'pem' }).toString())
  return {
    kind: 'unusable',
    reason: `it is a key of type ${type} in PKCS#8. Turn it into OpenSSH’s format with: ssh-keygen -p -f KEY`,
  }
}
