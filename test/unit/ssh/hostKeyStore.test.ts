import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HostKeyStore } from '../../../src/main/adapters/ssh/hostKeyStore.ts'

const key = Buffer.from('a key')
let dir = ''
let path = ''
let store: HostKeyStore
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-store-'))
  path = join(dir, 'hostKeys.json')
  store = new HostKeyStore(path)
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('the store of host keys', () => {
  it('holds nothing as long as nothing was accepted, and makes no file', async () => {
    expect(await store.find('server')).toEqual([])
    expect(await readdir(dir)).toEqual([])
  })

  it('finds what was added, by its name and no other, also when it is opened again', async () => {
    await store.add('server', 'ssh-ed25519', key)
    await store.add('[server]:2222', 'ssh-rsa', Buffer.from('other'))
    expect(await new HostKeyStore(path).find('server')).toEqual([
      { type: 'ssh-ed25519', key, source: path, mark: null },
    ])
  })

  it('is private, and leaves no draft behind', async () => {
    await store.add('server', 'ssh-ed25519', key)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(dir)).toEqual(['hostKeys.json'])
  })

  it('keeps the file as it was before beside the new one', async () => {
    await store.add('first', 'ssh-ed25519', key)
    const before = await readFile(path, 'utf8')
    await store.add('second', 'ssh-ed25519', key)
    expect(await readFile(`${path}.bak`, 'utf8')).toBe(before)
  })

  it('loses none of many that are added at once', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `server${at}`)
    await Promise.all(names.map((name) => new HostKeyStore(path).add(name, 'ssh-ed25519', key)))
    for (const name of names) expect(await store.find(name)).toHaveLength(1)
  })

  it('keeps a key once only', async () => {
    await store.add('server', 'ssh-ed25519', key)
    await store.add('server', 'ssh-ed25519', key)
    expect(await store.find('server')).toHaveLength(1)
  })

  it.each([
    ['damaged', '{"version": 1, "hostKeys": ['],
    ['of a newer version', '{"version": 2, "hostKeys": []}'],
    ['of another shape', '{"version": 1, "hostKeys": [{"name": "server"}]}'],
  ])('is left as it is, and is an error, when it is %s', async (_story, text) => {
    await writeFile(path, text)
    const error = { code: 'SSH_HOST_KEYS_UNREADABLE', scope: 'run', subject: path }
    await expect(store.find('server')).rejects.toMatchObject(error)
    await expect(store.add('server', 'ssh-ed25519', key)).rejects.toMatchObject(error)
    expect(await readFile(path, 'utf8')).toBe(text)
  })
})
