import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseKey, readKeyFile } from '../../../src/main/adapters/ssh/privateKey.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const ed25519 = generateKeyPairSync('ed25519').privateKey

const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1', passphrase?: string): string => {
  const options = { type, format: 'pem' } as const
  return key.export(passphrase === undefined ? options : { ...options, cipher: 'aes-256-cbc', passphrase }).toString()
}
const { generateKeyPairSync: generate } = ssh2.utils
/** One in some hundred ed25519 keys that ssh2 itself makes is broken, for OpenSSH too. */
const ed25519Pair = (passphrase?: string): { private: string; public: string } => {
  for (;;) {
    const lock = { cipher: 'aes256-ctr', rounds: 1 }
    const pair = passphrase === undefined ? generate('ed25519') : generate('ed25519', { passphrase, ...lock })
    if (!(ssh2.utils.parseKey(pair.private, passphrase) instanceof Error)) return pair
  }
}
const openSsh = (type: 'ed25519' | 'rsa' | 'ecdsa', passphrase?: string): string => {
  if (type === 'rsa') return generate('rsa', { bits: 2048 }).private
  if (type === 'ecdsa') return generate('ecdsa', { bits: 256 }).private
  return ed25519Pair(passphrase).private
}
const fixture = (name: string): Promise<string> =>
  readFile(join(import.meta.dirname, '../../fixtures/keys', name), 'utf8')

/** Its type, after it has signed something that its public half agrees with; else what is wrong. */
const seen = (text: string, passphrase?: string): string => {
  const file = parseKey(text, passphrase)
  if (file.kind === 'unusable') return file.reason
  if (file.kind !== 'key') return file.kind
  const { key } = file
  const hash = key.type === 'ssh-rsa' ? 'sha256' : undefined
  return key.verify('data', key.sign('data', hash), hash) ? key.type : 'does not fit'
}

describe('a private key', () => {
  it.each([
    ['OpenSSH’s format, ed25519', () => openSsh('ed25519'), 'ssh-ed25519'],
    ['OpenSSH’s format, RSA', () => openSsh('rsa'), 'ssh-rsa'],
    ['OpenSSH’s format, ECDSA', () => openSsh('ecdsa'), 'ecdsa-sha2-nistp256'],
    ['PEM (PKCS#1)', () => pem(rsa, 'pkcs1'), 'ssh-rsa'],
    ['PEM (SEC1)', () => pem(ec, 'sec1'), 'ecdsa-sha2-nistp256'],
    ['PKCS#8, RSA', () => pem(rsa, 'pkcs8'), 'ssh-rsa'],
    ['PKCS#8, ECDSA', () => pem(ec, 'pkcs8'), 'ecdsa-sha2-nistp256'],
    ['PuTTY’s format 2', () => fixture('putty2.ppk'), 'ssh-rsa'],
  ])('is read and signs: %s', async (_story, make, type) => {
    expect(seen(await make())).toBe(type)
  })

  it.each([
    ['OpenSSH’s format', () => openSsh('ed25519', 'secret'), 'ssh-ed25519'],
    ['PEM (PKCS#1)', () => pem(rsa, 'pkcs1', 'secret'), 'ssh-rsa'],
    ['PKCS#8, RSA', () => pem(rsa, 'pkcs8', 'secret'), 'ssh-rsa'],
    ['PKCS#8, ECDSA', () => pem(ec, 'pkcs8', 'secret'), 'ecdsa-sha2-nistp256'],
    ['PuTTY’s format 2', () => fixture('putty2-locked.ppk'), 'ssh-rsa'],
  ])('with a passphrase is locked, and opens with the right one only: %s', async (_story, make, type) => {
    const text = await make()
    expect(seen(text)).toBe('locked')
    expect(seen(text, 'wrong')).toBe('the passphrase is wrong')
    expect(seen(text, 'secret')).toBe(type)
  })

  it('of ed25519 in PKCS#8 cannot be used, and what to do is said', () => {
    expect(seen(pem(ed25519, 'pkcs8'))).toContain('ssh-keygen -p')
  })

  it('of PuTTY’s newer format cannot be used, and what to do is said', async () => {
    expect(seen(await fixture('putty3.ppk'))).toContain('puttygen KEY.ppk -O private-openssh')
  })

  it.each([
    ['empty', ''],
    ['no key at all', 'not a key'],
    ['cut off', pem(rsa, 'pkcs8').slice(0, 300)],
    ['cut off', openSsh('ed25519').slice(0, 120)],
  ])('that is %s is unusable, and none of it is repeated', (_story, text) => {
    const reason = seen(text)
    expect(reason).toMatch(/isn’t a readable private key|damaged/)
    for (const line of text.split('\n').filter((it) => it.length > 20)) expect(reason).not.toContain(line)
  })
})

describe('a key file', () => {
  let dir = ''
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'readur-key-'))
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  it('that is missing is said to be', async () => {
    expect(await readKeyFile(join(dir, 'id'))).toEqual({ kind: 'missing' })
  })

  it('of which only the public half is there, is the agent’s', async () => {
    const pair = ed25519Pair()
    await writeFile(join(dir, 'id.pub'), pair.public)
    expect(await readKeyFile(join(dir, 'id'))).toMatchObject({ kind: 'public' })
    expect(await readKeyFile(join(dir, 'id.pub'))).toMatchObject({ kind: 'public' })
  })

  it('that is locked is known by the public half beside it', async () => {
    const pair = ed25519Pair('secret')
    await writeFile(join(dir, 'id'), pair.private, { mode: 0o600 })
    expect(await readKeyFile(join(dir, 'id'))).toEqual({ kind: 'locked', publicKey: null })
    await writeFile(join(dir, 'id.pub'), pair.public)
    const file = await readKeyFile(join(dir, 'id'))
    expect(file.kind === 'locked' && file.publicKey?.getPublicSSH().toString('base64')).toBe(pair.public.split(' ')[1])
  })

  it('that is a folder is unusable, with the reason', async () => {
    await chmod(dir, 0o700)
    expect(await readKeyFile(dir)).toEqual({ kind: 'unusable', reason: 'cannot be read: EISDIR' })
  })

  it.skipIf(process.platform === 'win32').each([
    ['0600', 0o600, 'key'],
    ['0400', 0o400, 'key'],
    ['0640', 0o640, 'unusable'],
    ['0604', 0o604, 'unusable'],
    ['0620', 0o620, 'unusable'],
  ])('of mode %s is used as ssh would use it', async (_mode, mode, kind) => {
    const path = join(dir, 'id')
    await writeFile(path, openSsh('ed25519'))
    await chmod(path, mode)
    const file = await readKeyFile(path)
    expect(file.kind).toBe(kind)
    if (file.kind === 'unusable') expect(file.reason).toContain(`chmod 600 ${path}`)
  })

  it.skipIf(process.platform === 'win32')('is not asked for its passphrase when others can read it', async () => {
    await writeFile(join(dir, 'id'), openSsh('ed25519', 'secret'), { mode: 0o644 })
    expect(await readKeyFile(join(dir, 'id'))).toMatchObject({ kind: 'unusable' })
  })
})
