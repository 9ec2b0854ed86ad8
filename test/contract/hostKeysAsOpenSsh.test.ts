import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HostKeyJudge } from '../../src/main/adapters/ssh/hostKeys.ts'
import { makeKey, startSshd, type Sshd } from '../services/sshd.ts'

type Verdict = 'accepted' | 'unknown' | 'changed' | 'revoked'

interface Story {
  story: string
  /** Lines of known_hosts; THIS is the key that the server presents, OTHER one of the same type, RSA one of another. */
  known: string[]
  /** A second file, as the one for the whole machine. */
  global?: string[]
  host?: string
  port?: number
  alias?: string
  /** Lines of RevokedHostKeys. */
  revoked?: string[]
  verdict: Verdict
}

const hashed = (name: string): string => {
  const salt = Buffer.from('twenty bytes of salt')
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

const stories: Story[] = [
  { story: 'nothing is known', known: [], verdict: 'unknown' },
  { story: 'this key', known: ['server THIS'], verdict: 'accepted' },
  { story: 'this key, the name in capitals', known: ['SERVER THIS'], host: 'Server', verdict: 'accepted' },
  { story: 'this key, hashed', known: [`${hashed('server')} THIS`], verdict: 'accepted' },
  { story: 'another key', known: ['server OTHER'], verdict: 'changed' },
  { story: 'another key and this one', known: ['server OTHER', 'server THIS'], verdict: 'accepted' },
  { story: 'this key in the file of the machine', known: [], global: ['server THIS'], verdict: 'accepted' },
  {
    story: 'another key, this one in the file of the machine',
    known: ['server OTHER'],
    global: ['server THIS'],
    verdict: 'accepted',
  },
  { story: 'a key of another type alone', known: ['server RSA'], verdict: 'changed' },
  { story: 'this key for another server', known: ['other THIS'], verdict: 'unknown' },

  { story: 'its port, this key', known: ['[server]:2222 THIS'], port: 2222, verdict: 'accepted' },
  { story: 'its port, hashed', known: [`${hashed('[server]:2222')} THIS`], port: 2222, verdict: 'accepted' },
  { story: 'no port, this key', known: ['server THIS'], port: 2222, verdict: 'accepted' },
  { story: 'no port, hashed, this key', known: [`${hashed('server')} THIS`], port: 2222, verdict: 'accepted' },
  { story: 'no port, another key', known: ['server OTHER'], port: 2222, verdict: 'unknown' },
  { story: 'another port, this key', known: ['[server]:2223 THIS'], port: 2222, verdict: 'unknown' },
  {
    story: 'its port another key, no port this key',
    known: ['[server]:2222 OTHER', 'server THIS'],
    port: 2222,
    verdict: 'changed',
  },
  {
    story: 'the same, the other way round',
    known: ['server THIS', '[server]:2222 OTHER'],
    port: 2222,
    verdict: 'changed',
  },
  {
    story: 'its port a key of another type, no port this key',
    known: ['[server]:2222 RSA', 'server THIS'],
    port: 2222,
    verdict: 'changed',
  },
  {
    story: 'its port this key, no port another',
    known: ['[server]:2222 THIS', 'server OTHER'],
    port: 2222,
    verdict: 'accepted',
  },
  { story: 'port 22, this key for another port', known: ['[server]:2222 THIS'], verdict: 'unknown' },
  { story: 'port 22 in brackets', known: ['[server]:22 THIS'], verdict: 'unknown' },
  {
    story: 'no port, this key, in the file of the machine',
    known: [],
    global: ['server THIS'],
    port: 2222,
    verdict: 'accepted',
  },
  {
    story: 'its port another key in the file of the machine, no port this key',
    known: ['server THIS'],
    global: ['[server]:2222 OTHER'],
    port: 2222,
    verdict: 'changed',
  },
  { story: 'an IPv6 address with a port', known: ['[::1]:2222 THIS'], host: '::1', port: 2222, verdict: 'accepted' },

  { story: 'an alias, this key', known: ['alias THIS'], alias: 'alias', verdict: 'accepted' },
  { story: 'an alias in capitals, this key', known: ['alias THIS'], alias: 'ALIAS', verdict: 'accepted' },
  {
    story: 'an alias that is not known, the host’s own key',
    known: ['server THIS'],
    alias: 'alias',
    verdict: 'unknown',
  },
  {
    story: 'an alias and a port, the host’s own key with and without',
    known: ['server THIS', '[server]:2222 THIS'],
    alias: 'alias',
    port: 2222,
    verdict: 'unknown',
  },
  {
    story: 'an alias and a port, the alias with the port',
    known: ['[alias]:2222 THIS'],
    alias: 'alias',
    port: 2222,
    verdict: 'unknown',
  },
  { story: 'an alias and a port, the alias', known: ['alias THIS'], alias: 'alias', port: 2222, verdict: 'accepted' },
  {
    story: 'an alias, another key, the host’s own is this',
    known: ['alias OTHER', 'server THIS'],
    alias: 'alias',
    verdict: 'changed',
  },

  { story: 'a pattern', known: ['serv* THIS'], verdict: 'accepted' },
  { story: 'a pattern that leaves it out', known: ['*,!server THIS'], verdict: 'unknown' },
  { story: 'a pattern, its port', known: ['[serv*]:2222 THIS'], port: 2222, verdict: 'accepted' },
  { story: 'a pattern for all, with a port', known: ['* THIS'], port: 2222, verdict: 'accepted' },

  { story: 'revoked for all', known: ['server THIS', '@revoked * THIS'], verdict: 'revoked' },
  { story: 'revoked before it is known', known: ['@revoked server THIS'], verdict: 'revoked' },
  {
    story: 'revoked in the file of the machine',
    known: ['server THIS'],
    global: ['@revoked * THIS'],
    verdict: 'revoked',
  },
  { story: 'another key revoked', known: ['server THIS', '@revoked * OTHER'], verdict: 'accepted' },
  { story: 'revoked for another server', known: ['server THIS', '@revoked other THIS'], verdict: 'accepted' },
  {
    story: 'revoked for the host, a port asked for',
    known: ['[server]:2222 THIS', '@revoked server THIS'],
    port: 2222,
    verdict: 'accepted',
  },
  {
    story: 'revoked for the host, known for it, a port asked for',
    known: ['server THIS', '@revoked server THIS'],
    port: 2222,
    verdict: 'revoked',
  },
  {
    story: 'revoked for the host, an alias asked for',
    known: ['alias THIS', '@revoked server THIS'],
    alias: 'alias',
    verdict: 'accepted',
  },
  { story: 'listed among the revoked ones', known: ['server THIS'], revoked: ['THIS'], verdict: 'revoked' },
  {
    story: 'another one listed among the revoked ones',
    known: ['server THIS'],
    revoked: ['OTHER'],
    verdict: 'accepted',
  },

  { story: 'an authority that is this very key', known: ['@cert-authority server THIS'], verdict: 'unknown' },
  { story: 'an authority, and this key', known: ['@cert-authority * OTHER', 'server THIS'], verdict: 'accepted' },
  { story: 'an authority for all, nothing else', known: ['@cert-authority * OTHER'], verdict: 'unknown' },
  { story: 'a marker that nobody knows', known: ['@future server THIS'], verdict: 'unknown' },
]

describe('the key of a server is judged as OpenSSH does', () => {
  let dir = ''
  let sshd: Sshd
  const keys: Record<string, string> = {}
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'readur-judged-'))
    sshd = await startSshd()
    keys.THIS = sshd.hostKeyLine
    for (const [name, type] of [
      ['OTHER', 'ed25519'],
      ['RSA', 'rsa'],
    ] as const) {
      keys[name] = (await readFile(`${await makeKey(join(dir, name), type)}.pub`, 'utf8')).split(' ', 2).join(' ')
    }
  })
  afterAll(async () => {
    await sshd.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const fileOf = async (name: string, lines: readonly string[]): Promise<string> => {
    const filled = lines.map((line) => line.replace(/THIS|OTHER|RSA/, (key) => keys[key] ?? ''))
    await writeFile(join(dir, name), filled.map((line) => `${line}\n`).join(''))
    return join(dir, name)
  }

  /** What OpenSSH makes of the server, which it takes for the one of the story. */
  const openSsh = async (story: Story, files: Record<'known' | 'global' | 'revoked', string>): Promise<string> => {
    const { host = 'server', port = 22, alias } = story
    const relay = `${process.execPath} -e "const s = net.connect(${sshd.port}, '127.0.0.1'); process.stdin.pipe(s).pipe(process.stdout)"`
    const options = {
      StrictHostKeyChecking: 'yes',
      UserKnownHostsFile: files.known,
      GlobalKnownHostsFile: files.global,
      PreferredAuthentications: 'none',
      BatchMode: 'yes',
      ProxyCommand: relay,
      ...(alias !== undefined && { HostKeyAlias: alias }),
      ...(story.revoked && { RevokedHostKeys: files.revoked }),
    }
    const args = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    const log = join(dir, 'log')
    await writeFile(log, '')
    await once(
      spawn('ssh', ['-F', 'none', '-E', log, '-p', String(port), ...args, '--', host], { stdio: 'ignore' }),
      'exit',
    )
    const said = await readFile(log, 'utf8')
    if (/revoked/i.test(said)) return 'revoked'
    if (said.includes('IDENTIFICATION HAS CHANGED')) return 'changed'
    if (said.includes('No ED25519 host key is known')) return 'unknown'
    return said.includes('Permission denied') ? 'accepted' : said
  }

  const ours = async (story: Story, files: Record<'known' | 'global' | 'revoked', string>): Promise<Verdict> => {
    const { host = 'server', port = 22, alias } = story
    const judge = await HostKeyJudge.of({
      host,
      port,
      user: 'somebody',
      auth: { keys: [], agent: null, identitiesOnly: false },
      hostKeys: {
        knownHosts: [files.known, files.global],
        revoked: story.revoked ? files.revoked : null,
        store: join(dir, 'none.json'),
        accept: [],
        alias,
      },
    })
    if (judge.judge(Buffer.from(keys.THIS?.split(' ')[1] ?? '', 'base64'))) return 'accepted'
    if (judge.refusal?.code === 'SSH_HOST_KEY_UNKNOWN') return 'unknown'
    return judge.refusal?.message.includes('revoked') === true ? 'revoked' : 'changed'
  }

  it.each(stories)('$story', async (story) => {
    const files = {
      known: await fileOf('known_hosts', story.known),
      global: await fileOf('ssh_known_hosts', story.global ?? []),
      revoked: await fileOf('revoked', story.revoked ?? []),
    }
    expect({ openSsh: await openSsh(story, files), ours: await ours(story, files) }).toEqual({
      openSsh: story.verdict,
      ours: story.verdict,
    })
  })
})
