import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSshConfig, type SshConfig } from '../../../src/main/adapters/ssh/sshConfig.ts'
import { parseProxyCommand } from '../../../src/main/adapters/ssh/proxyCommand.ts'

let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'readur-config-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const write = async (path: string, ...lines: string[]): Promise<void> => {
  await mkdir(dirname(join(home, path)), { recursive: true })
  await writeFile(join(home, path), `${lines.join('\n')}\n`)
}
const read = async (...lines: string[]): Promise<SshConfig> => {
  await write('.ssh/config', ...lines)
  return reread()
}
const reread = (): Promise<SshConfig> =>
  readSshConfig(undefined, {
    home,
    user: 'me',
    variables: { SSH_AUTH_SOCK: '/run/agent', KEYS: '/keys', OTHER: '/run/other', EMPTY: '' },
    systemFile: join(home, 'system'),
    system: 'linux',
  })
const hostKeys = { store: '/data/hostKeys.json', accept: [] }

const proxyOf = (line: string) => {
  const tokens: Record<string, string> = { h: 'host', n: 'host', p: '22', r: 'me', '%': '%' }
  const expand = (word: string): string => word.replace(/%(.)/g, (_all, name: string) => tokens[name] ?? '')
  return parseProxyCommand(line, expand, { home: '/home/me', windows: false })
}

describe('what ~/.ssh/config says about a host', () => {
  it('is nothing when there is no file: the name itself, port 22, our own name', async () => {
    await write('.ssh/id_rsa', 'key')
    await write('.ssh/id_ed25519', 'key')
    expect((await reread()).resolve('server')).toEqual({
      alias: 'server',
      proxy: null,
      allowsSshRsa: false,
      host: 'server',
      port: 22,
      user: 'me',
      keys: [
        { path: join(home, '.ssh/id_ed25519'), isDefault: true },
        { path: join(home, '.ssh/id_rsa'), isDefault: true },
      ],
      identitiesOnly: false,
      agent: '/run/agent',
      hostKeyAlias: undefined,
      knownHosts: [
        ...[join(home, '.ssh/known_hosts'), join(home, '.ssh/known_hosts2')],
        ...['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
      ],
      revoked: null,
      jumps: [],
    })
  })

  it('holds all of its lines, whatever their capitals, and the first of each name', async () => {
    const config = await read(
      'Host readur',
      '  hostname 10.0.0.5',
      '  PORT 2222',
      '  User admin',
      '  IdentityFile ~/.ssh/one',
      '  identityfile "/keys/with blank"',
      '  IdentitiesOnly yes',
      '  HostKeyAlias readur-host',
      '  UserKnownHostsFile ~/.ssh/known_readur none',
      '  RevokedHostKeys ~/.ssh/revoked',
      'Host *',
      '  Port 22',
      '  User nobody',
      '  IdentityFile ~/.ssh/all',
    )
    expect(config.resolve('readur')).toMatchObject({
      host: '10.0.0.5',
      port: 2222,
      user: 'admin',
      keys: [{ path: join(home, '.ssh/one') }, { path: '/keys/with blank' }, { path: join(home, '.ssh/all') }],
      identitiesOnly: true,
      hostKeyAlias: 'readur-host',
      knownHosts: [join(home, '.ssh/known_readur'), '/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
      revoked: join(home, '.ssh/revoked'),
    })
  })

  it('takes the machine-wide file after the user’s', async () => {
    await write('system', 'Host *', '  Port 2200', '  User system')
    const config = await read('Host readur', '  User mine')
    expect(config.resolve('readur')).toMatchObject({ user: 'mine', port: 2200 })
  })

  it('replaces the tokens of OpenSSH', async () => {
    const config = await read(
      'Host *.short',
      '  HostName %h.example.com',
      '  User admin',
      '  Port 2222',
      '  IdentityFile %d/keys/%u@%h-%p-%r-%n-%%-%l',
      '  IdentityFile ${KEYS}/id',
    )
    expect(config.resolve('db.short')).toMatchObject({
      host: 'db.short.example.com',
      keys: [
        { path: join(home, `keys/me@db.short.example.com-2222-admin-db.short-%-${hostname()}`) },
        { path: '/keys/id' },
      ],
    })
  })

  it.each([
    ['none', null],
    ['SSH_AUTH_SOCK', '/run/agent'],
    ['$OTHER', '/run/other'],
    ['$EMPTY', null],
    ['~/.1password/agent.sock', '.1password/agent.sock'],
    ['"~/Library/Group Containers/agent.sock"', 'Library/Group Containers/agent.sock'],
  ])('finds the agent that IdentityAgent %s names', async (named, found) => {
    const { agent } = (await read('Host readur', `  IdentityAgent ${named}`)).resolve('readur')
    expect(agent).toBe(found?.startsWith('/') === false ? join(home, found) : found)
  })

  it('tries no key where IdentityFile is none', async () => {
    await write('.ssh/id_ed25519', 'key')
    expect((await read('Host readur', '  IdentityFile none')).resolve('readur').keys).toEqual([])
  })

  it('follows patterns and exceptions of Host', async () => {
    const config = await read('Host *.example.com !db.example.com', '  User web', 'Host db?', '  User db')
    expect(config.resolve('www.example.com').user).toBe('web')
    expect(config.resolve('db.example.com').user).toBe('me')
    expect(config.resolve('db1').user).toBe('db')
    expect(config.resolve('db').user).toBe('me')
  })

  it('follows Match for hosts and users, and runs no program', async () => {
    const witness = join(home, 'was-run')
    const config = await read(
      `Match exec "touch ${witness}"`,
      '  User wrong',
      'Match host 10.0.0.5 user admin',
      '  Port 2222',
      'Match originalhost readur',
      '  HostName 10.0.0.5',
      '  User admin',
      'CanonicalizeHostname yes',
    )
    expect(config.resolve('readur')).toMatchObject({ user: 'admin', host: '10.0.0.5', port: 22 })
    expect(
      (await read('Match originalhost readur', '  HostName 10.0.0.5', 'Match host 10.0.0.5', '  Port 2222')).resolve(
        'readur',
      ).port,
    ).toBe(2222)
    await expect(rm(witness)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('says so when a line makes no sense', async () => {
    const config = await read('Host readur', '  Port many')
    expect(() => config.resolve('readur')).toThrow(/“many” isn’t a port/)
  })

  it('says so when the file cannot be read', async () => {
    await mkdir(join(home, '.ssh/config'), { recursive: true })
    await expect(reread()).rejects.toMatchObject({ code: 'SSH_CONFIG_INVALID', scope: 'run' })
  })
})

describe('Include', () => {
  it('takes the lines of other files where it stands, by relative path, by ~, and by pattern in order', async () => {
    await write('.ssh/config.d/20-b', 'Host b', '  Port 20')
    await write('.ssh/config.d/10-a', 'Host a b', '  Port 10')
    await write('.ssh/config.d/.hidden', 'Host *', '  Port 1')
    await write('elsewhere', 'Host c', '  Port 30')
    const config = await read('Include config.d/*', 'Include ~/elsewhere none', 'Host *', '  Port 99')
    expect(['a', 'b', 'c', 'd'].map((alias) => config.resolve(alias).port)).toEqual([10, 10, 30, 99])
  })

  it('counts for the host that it stands under, and only for it', async () => {
    await write('.ssh/inner', 'Port 2222', 'Host a', '  User inner')
    const config = await read('Host a', '  Include inner', '  HostName 10.0.0.5', 'Host b', '  HostName 10.0.0.6')
    expect(config.resolve('a')).toMatchObject({ host: '10.0.0.5', port: 2222, user: 'inner' })
    expect(config.resolve('b')).toMatchObject({ host: '10.0.0.6', port: 22, user: 'me' })
  })

  it('that leads in a circle is an error', async () => {
    await write('.ssh/other', 'Include config')
    await expect(read('Include other')).rejects.toMatchObject({ code: 'SSH_CONFIG_INVALID' })
  })
})

describe('the way to a host', () => {
  const wayTo = (config: SshConfig, alias: string): string[] =>
    config.target(alias, hostKeys).hops.map(({ user, host, port }) => `${user}@${host}:${port}`)

  it('leads through its jump hosts, each with its own lines, user and port', async () => {
    const config = await read(
      'Host readur',
      '  HostName 10.0.0.5',
      '  ProxyJump first,root@second:2200',
      'Host first',
      '  HostName first.example.com',
      '  User gate',
      'Host second',
      '  HostName second.example.com',
      '  User overruled',
    )
    expect(wayTo(config, 'readur')).toEqual([
      'gate@first.example.com:22',
      'root@second.example.com:2200',
      'me@10.0.0.5:22',
    ])
  })

  it('goes on through the jump hosts of a jump host', async () => {
    const config = await read('Host a', '  ProxyJump b', 'Host b', '  ProxyJump ssh://c:2222', 'Host c', '  Port 1')
    expect(wayTo(config, 'a')).toEqual(['me@c:2222', 'me@b:22', 'me@a:22'])
  })

  it.each(['none', 'NONE'])('is direct with ProxyJump %s', async (none) => {
    expect(wayTo(await read('Host a', `  ProxyJump ${none}`, 'Host *', '  ProxyJump b'), 'a')).toEqual(['me@a:22'])
  })

  it('knows IPv6 addresses', async () => {
    expect(wayTo(await read('Host a', '  ProxyJump [fe80::1]:2222'), 'a')).toEqual(['me@fe80::1:2222', 'me@a:22'])
  })

  it('that leads in a circle is an error that names it', async () => {
    const config = await read('Host a', '  ProxyJump b', 'Host b', '  ProxyJump c', 'Host c', '  ProxyJump a')
    expect(() => config.target('a', hostKeys)).toThrow(/a → b → c → a/)
  })

  it('by ProxyCommand is taken only as it was allowed, word for word, and not where ProxyJump stands before it', async () => {
    const config = await read(
      'Host a',
      '  ProxyCommand nc -X connect %h %p',
      'Host b',
      '  ProxyJump c',
      '  ProxyCommand nc %h %p',
      'Host d',
      '  ProxyCommand none',
    )
    const allowed = (proxyCommand?: string) => config.target('a', hostKeys, { port: 2222, proxyCommand }).hops[0].proxy
    const refused = expect.objectContaining({ code: 'SSH_PROXY_COMMAND', subject: 'a' }) as unknown
    for (const other of [undefined, 'nc -X connect a 22', 'nc -X connect %h %p']) {
      expect(() => allowed(other)).toThrow(refused)
    }
    expect(allowed('nc -X connect a 2222')?.argv).toEqual(['nc', '-X', 'connect', 'a', '2222'])
    expect(config.target('a', hostKeys, { jumps: ['c'] }).hops.map(({ proxy }) => proxy)).toEqual([
      undefined,
      undefined,
    ])
    expect(wayTo(config, 'b')).toEqual(['me@c:22', 'me@b:22'])
    expect(wayTo(config, 'd')).toEqual(['me@d:22'])
  })

  it.each([
    ['cloudflared access ssh --hostname %h', 'cloudflared access ssh --hostname host'],
    ['~/bin/cloudflared access ssh --hostname=%h', '/home/me/bin/cloudflared access ssh --hostname=host'],
    ['tailscale --socket=/run/t nc %h %p', 'tailscale --socket=/run/t nc host 22'],
    ['exec nc -x "proxy host:1080" %h %p', "nc -x 'proxy host:1080' host 22"],
    ["ssh -l '%r' -W [%h]:%p gate 100%%", "ssh -l me -W '[host]:22' gate 100%"],
    ['nc -X connect -x proxy:3128 -C %h %p', 'nc -X connect -x proxy:3128 -C host 22'],
    ['ssh -o ConnectTimeout=5 -oUser=me -W %h:%p jump', 'ssh -o ConnectTimeout=5 -oUser=me -W host:22 jump'],
    ['/usr/bin/ncat \\"%h\\" %n', `/usr/bin/ncat '"host"' host`],
  ])('in words, without a shell: %s', (line, text) => {
    expect(proxyOf(line)?.text).toBe(text)
  })

  it.each([
    ...[
      'nc -e /bin/sh %h %p',
      'nc -ve /bin/sh %h',
      'nc -c id %h',
      'ncat --sh-exec id %h',
      'ncat --exec=/bin/sh %h',
      'ncat --lua x',
    ],
    ...[
      'ssh -F /tmp/config -W %h:%p jump',
      'ssh -o ProxyCommand=id -W %h:%p jump',
      'ssh -vo LocalCommand=id -W %h:%p jump',
    ],
    ...['bash -c "nc %h %p"', 'sh nc', 'nc %h %p; id', 'nc $(id) %p', 'nc `id`', 'nc "$HOME"', 'nc %h %p 2>/dev/null'],
    ...[
      'nc %h | tee x',
      'nc "%h',
      "nc 'a",
      'nc a\\',
      'cloudflared tunnel run',
      'tailscale ssh %h',
      'ssh gate nc %h %p',
      '',
    ],
    ...['aws ssm start-session', 'exec', 'constructor %h'],
  ])('and does not run %s', (line) => {
    expect(proxyOf(line)).toBeNull()
  })

  it.each([
    ['+ssh-rsa', true],
    ['rsa-sha2-512,ssh-rsa', true],
    ['^ssh-rsa,ssh-ed25519', true],
    ['-ssh-rsa', false],
    ['+ssh-rsa-cert-v01@openssh.com', false],
    ['ssh-ed25519', false],
  ])('may sign with SHA-1 where HostKeyAlgorithms says so: %s', async (line, isAllowed) => {
    const config = await read('Host old', `  HostKeyAlgorithms ${line}`)
    expect(config.target('old', hostKeys).hops[0].allowsSshRsa).toBe(isAllowed ? true : undefined)
    expect(config.resolve('other').allowsSshRsa).toBe(false)
  })

  it('may sign with SHA-1 where the connection says so, and its jump hosts may not', async () => {
    const config = await read('Host old', '  ProxyJump gate')
    const hops = (allowsSshRsa?: boolean) => config.target('old', hostKeys, { allowsSshRsa }).hops
    expect(hops(true).map((hop) => hop.allowsSshRsa)).toEqual([undefined, true])
    expect(hops(false).map((hop) => hop.allowsSshRsa)).toEqual([undefined, undefined])
  })

  it('uses the agent of Windows where none is named', async () => {
    const surroundings = { home, user: 'me', variables: {}, systemFile: join(home, 'system') }
    const agentOn = async (system: NodeJS.Platform): Promise<string | null> =>
      (await readSshConfig(undefined, { ...surroundings, system })).resolve('a').agent
    expect(await agentOn('win32')).toBe('\\\\.\\pipe\\openssh-ssh-agent')
    expect(await agentOn('linux')).toBeNull()
    await write('.ssh/config', 'Host a', '  IdentityAgent none')
    expect(await agentOn('win32')).toBeNull()
  })

  it('makes no option and no second word of a name', async () => {
    const config = await read('Host *', '  ProxyCommand nc %h %p')
    expect(() => config.resolve('-e')).toThrow(expect.objectContaining({ code: 'SSH_PROXY_COMMAND' }))
    expect(config.resolve('a b;id').proxy?.argv).toEqual(['nc', 'a b;id', '22'])
  })

  it('hands on keys, agent, known hosts and our store', async () => {
    const config = await read('Host a', '  IdentityFile ~/.ssh/key', '  IdentitiesOnly yes', '  HostKeyAlias known')
    const [hop] = config.target('a', { store: '/data/hostKeys.json', accept: ['SHA256:x'] }).hops
    expect(hop).toMatchObject({
      auth: { keys: [{ path: join(home, '.ssh/key') }], agent: '/run/agent', identitiesOnly: true },
      hostKeys: { store: '/data/hostKeys.json', accept: ['SHA256:x'], alias: 'known' },
    })
  })
})

describe('the hosts to choose from', () => {
  it('are those with a name of their own, once each, with what they stand for or why they cannot be used', async () => {
    await write('.ssh/more', 'Host included', '  HostName 10.0.0.9')
    const config = await read(
      'Include more',
      'Host readur other',
      '  HostName 10.0.0.5',
      'Host *.example.com !not.this',
      '  User web',
      'Host readur',
      '  User admin',
      'Host empty',
      'Host proxied',
      '  ProxyCommand nc %h %p',
      'Host round',
      '  ProxyJump round',
      'Match host 10.0.0.5',
      '  Port 2222',
    )
    const shown = config
      .listHosts()
      .map((it) =>
        'host' in it
          ? `${it.alias}: ${it.host.user}@${it.host.host}:${it.host.port}`
          : `${it.alias}: ${it.problem.code}`,
      )
    expect(shown).toEqual([
      'included: me@10.0.0.9:22',
      'readur: admin@10.0.0.5:2222',
      'other: me@10.0.0.5:2222',
      'empty: me@empty:22',
      'proxied: me@proxied:22',
      'round: SSH_CONFIG_INVALID',
    ])
  })
})
