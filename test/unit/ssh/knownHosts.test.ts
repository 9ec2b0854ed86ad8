import { createHmac } from 'node:crypto'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  knownHostName,
  parseKnownHosts,
  readKnownHosts,
  readRevokedKeys,
} from '../../../src/main/adapters/ssh/knownHosts.ts'

const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIHj1Zc0mUqPpUlUE1xqjPvQYmXWz0Sxk9m0dQwYzJ0aB'
const types = (text: string, name: string): (string | null)[] =>
  parseKnownHosts(text, 'known_hosts', name).map(({ type, mark }) => mark ?? type)

const hashed = (name: string): string => {
  const salt = Buffer.from('twenty bytes of salt')
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

describe('a line of known_hosts', () => {
  it.each([
    ['its name', `server ssh-ed25519 ${key}`, 'server'],
    ['its name with a comment', `server ssh-ed25519 ${key} someone@somewhere`, 'server'],
    ['one of several names', `other,server,10.0.0.1 ssh-ed25519 ${key}`, '10.0.0.1'],
    ['a pattern', `*.example.com ssh-ed25519 ${key}`, 'db.example.com'],
    ['a pattern for one letter', `db? ssh-ed25519 ${key}`, 'db1'],
    ['a name in capitals', `Server.Example.COM ssh-ed25519 ${key}`, 'server.example.com'],
    ['a port of its own', `[server]:2222 ssh-ed25519 ${key}`, '[server]:2222'],
    ['a hashed name', `${hashed('server')} ssh-ed25519 ${key}`, 'server'],
    ['a hashed name with a port', `${hashed('[server]:2222')} ssh-ed25519 ${key}`, '[server]:2222'],
    ['tabs and blanks before and between', `  server\tssh-ed25519   ${key}`, 'server'],
    ['a pattern that leaves another one out', `*,!other ssh-ed25519 ${key}`, 'server'],
  ])('is about a server by %s', (_story, line, name) => {
    expect(types(line, name)).toEqual(['ssh-ed25519'])
  })

  it.each([
    ['another name', `server2 ssh-ed25519 ${key}`, 'server'],
    ['another port', `[server]:2222 ssh-ed25519 ${key}`, '[server]:2223'],
    ['no port', `server ssh-ed25519 ${key}`, '[server]:2222'],
    ['a dot that is none', `server.example.com ssh-ed25519 ${key}`, 'serverxexample.com'],
    ['another hashed name', `${hashed('other')} ssh-ed25519 ${key}`, 'server'],
    ['a pattern that leaves it out', `!server,* ssh-ed25519 ${key}`, 'server'],
    ['a comment', `# server ssh-ed25519 ${key}`, 'server'],
    ['no key', 'server ssh-ed25519', 'server'],
    ['a marker that nobody knows', `@future server ssh-ed25519 ${key}`, 'server'],
  ])('is not about a server by %s', (_story, line, name) => {
    expect(types(line, name)).toEqual([])
  })

  it('may revoke a key, or name an authority', () => {
    const text = `@revoked * ssh-rsa ${key}\n@cert-authority *.example.com ssh-ed25519 ${key}\r\n`
    expect(types(text, 'a.example.com')).toEqual(['revoked', 'authority'])
  })

  it('is named by its file and number', () => {
    const text = `# first\n\nserver ssh-ed25519 ${key}\n`
    expect(parseKnownHosts(text, '/home/me/.ssh/known_hosts', 'server')).toMatchObject([
      { source: '/home/me/.ssh/known_hosts:3', key: Buffer.from(key, 'base64') },
    ])
  })
})

it.each([
  ['Server.Example.com', 22, 'server.example.com'],
  ['server', 2222, '[server]:2222'],
  ['fe80::1', 22, 'fe80::1'],
])('looks for %s, port %i, as %s', (host, port, name) => {
  expect(knownHostName(host, port)).toBe(name)
})

describe('files of known_hosts', () => {
  let dir = ''
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'readur-known-'))
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  it('are all read, and one that is missing holds nothing', async () => {
    await writeFile(join(dir, 'one'), `server ssh-ed25519 ${key}\n`)
    await writeFile(join(dir, 'two'), `server ssh-rsa ${key}\n`)
    const found = await readKnownHosts([join(dir, 'one'), join(dir, 'none'), join(dir, 'two')], 'server')
    expect(found.map(({ type }) => type)).toEqual(['ssh-ed25519', 'ssh-rsa'])
  })

  it('are an error when they cannot be read: an unread list is not an empty one', async () => {
    await mkdir(join(dir, 'folder'))
    await expect(readKnownHosts([join(dir, 'folder')], 'server')).rejects.toMatchObject({
      code: 'SSH_HOST_KEYS_UNREADABLE',
      scope: 'run',
      subject: join(dir, 'folder'),
    })
  })

  it.each([
    ['missing', null],
    ['in the binary form, which is not read here', Buffer.from('SSHKRL\n\0rest')],
  ])('of revoked keys are an error when they are %s', async (_story, content) => {
    const file = join(dir, 'revoked')
    if (content) await writeFile(file, content)
    await expect(readRevokedKeys(file)).rejects.toMatchObject({ code: 'SSH_HOST_KEYS_UNREADABLE', subject: file })
  })
})
