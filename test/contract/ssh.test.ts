import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ssh2, { type AuthContext } from 'ssh2'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { agentKeys, AgentSilence, ChosenKeysAgent } from '../../src/main/adapters/ssh/agent.ts'
import { openSsh, type SshConnection } from '../../src/main/adapters/ssh/connection.ts'
import { HostKeyError } from '../../src/main/adapters/ssh/hostKeys.ts'
import { readSshConfig } from '../../src/main/adapters/ssh/sshConfig.ts'
import { type SshAuth, type SshHop, type SshProgress, type SshPrompts } from '../../src/main/adapters/ssh/target.ts'
import { MigrateError } from '../../src/main/engine/errors.ts'
import { StopControl } from '../../src/main/engine/stop.ts'
import { openCommands } from '../../src/main/site.ts'
import { freePort } from '../../src/sandbox/ports.ts'
import { createAccount } from '../services/account.ts'
import { startProxy } from '../services/proxy.ts'
import { makeKey, startSshd, type Sshd, type SshdOptions } from '../services/sshd.ts'
import { hopTo, never, trustFolder } from './sshHarness.ts'
import { noPrompts } from '../fakes/noPrompts.ts'

const run = promisify(execFile)

let main: Sshd
let dir = ''
let store = ''
const cleanUps: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  main = await startSshd()
})
afterAll(() => main.stop())
beforeEach(async () => {
  const trust = await trustFolder()
  dir = trust.dir
  store = trust.store
  cleanUps.push(trust.remove)
})
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const sshd = async (options: SshdOptions): Promise<Sshd> => {
  const server = await startSshd(options)
  cleanUps.push(server.stop)
  return server
}
const connect = async (
  hops: [SshHop, ...SshHop[]],
  prompts = noPrompts,
  seen: SshProgress[] = [],
): Promise<SshConnection> => {
  const connection = await openSsh({ hops }, prompts, never, (it) => seen.push(it))
  cleanUps.push(() => connection.close())
  return connection
}
const failure = async (call: Promise<unknown>): Promise<MigrateError> => {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof MigrateError) return error
  throw new Error('The call did not fail with a MigrateError.', { cause: error })
}
const withAuth = (hop: SshHop, auth: Partial<SshAuth>): SshHop => ({ ...hop, auth: { ...hop.auth, ...auth } })
/** What the server says to `readlink` and the like: that there is somebody on the far side. */
const works = async (connection: SshConnection): Promise<string> => {
  const sftp = await connection.sftp(never)
  return new Promise((done, fail) => sftp.realpath('/', (error, path) => (error ? fail(error) : done(path))))
}

describe('reaching a server', () => {
  it('tells each step while it is taken', async () => {
    const seen: SshProgress[] = []
    const hop = await hopTo(main, dir)
    await writeFile(join(dir, 'localhost'), `[localhost]:${main.port} ${main.hostKeyLine}\n`)
    const named = { ...hop, host: 'localhost', hostKeys: { ...hop.hostKeys, knownHosts: [join(dir, 'localhost')] } }
    await connect([named], noPrompts, seen)
    expect(seen.map(({ step, state }) => `${step} ${state}`)).toEqual([
      'name begun',
      'name done',
      'tcp begun',
      'tcp done',
      'host key begun',
      'host key done',
      'login begun',
      'login done',
    ])
    expect(seen.find(({ step, state }) => step === 'host key' && state === 'done')?.detail).toMatch(/^SHA256:/)
    expect(new Set(seen.map(({ server }) => server))).toEqual(new Set([`${main.user}@localhost:${main.port}`]))
  })

  it.each([
    ['a name that nobody knows', 'SSH_HOST_UNKNOWN', (hop: SshHop) => ({ ...hop, host: 'no-such-host.invalid' })],
    ['a port where nothing listens', 'SSH_UNREACHABLE', (hop: SshHop) => ({ ...hop, port: 1 })],
  ])('fails for %s', async (_story, code, change) => {
    const error = await failure(connect([change(await hopTo(main, dir))]))
    expect(error).toMatchObject({ code, scope: 'run', retryable: true })
  })

  it('fails where something else than an SSH server answers, or hangs up at once', async () => {
    for (const greeting of ['HTTP/1.1 400 Bad Request\r\n\r\n', null]) {
      const server = createServer((socket) => {
        if (greeting === null) socket.destroy()
        else socket.end(greeting)
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      expect(await failure(connect([{ ...(await hopTo(main, dir)), port }]))).toMatchObject({ code: 'SSH_NOT_SSH' })
      server.close()
    }
  })

  it.each([
    ['encryption', 'Ciphers chacha20-poly1305@openssh.com'],
    ['key exchange', 'KexAlgorithms diffie-hellman-group18-sha512'],
  ])('fails where no %s is known to both', async (_story, line) => {
    const server = await sshd({ config: [line] })
    const error = await failure(connect([await hopTo(server, dir)]))
    expect(error).toMatchObject({ code: 'SSH_NO_COMMON_ALGORITHM', retryable: false })
  })

  it('names the algorithm that an old server has alone, and uses it where that was allowed for this host', async () => {
    const old = await sshd({ hostKeyType: 'rsa', config: ['HostKeyAlgorithms ssh-rsa'] })
    const hop = await hopTo(old, dir)
    const error = await failure(connect([hop]))
    expect(error).toMatchObject({ code: 'SSH_NO_COMMON_ALGORITHM', retryable: false })
    expect(error.message).toContain('offers only ssh-rsa for its host key')
    expect(error.message).toContain('tick “Allow ssh-rsa” in the connection')
    expect(error.message).toContain('“HostKeyAlgorithms +ssh-rsa”')
    expect(await works(await connect([{ ...hop, allowsSshRsa: true }]))).toBe('/')
  })

  it('ends when it is told to, with that reason, and leaves no connection', async () => {
    const stop = new StopControl()
    const proxy = await startProxy(main.port)
    cleanUps.push(proxy.close)
    proxy.freeze()
    const opening = openSsh({ hops: [await hopTo(main, dir, proxy.port)] }, noPrompts, stop.now, ({ step }) => {
      if (step === 'host key') stop.request('now')
    })
    expect(await failure(opening)).toMatchObject({ code: 'INTERRUPTED' })
  })

  it('says when the connection is lost, and why calls fail from then on', async () => {
    const proxy = await startProxy(main.port)
    cleanUps.push(proxy.close)
    const connection = await connect([await hopTo(main, dir, proxy.port)])
    const gone = once(connection.lost, 'abort')
    proxy.cut()
    await gone
    expect(connection.lost.reason).toMatchObject({ code: 'SSH_LOST', retryable: true })
    expect(await failure(connection.sftp(never))).toMatchObject({ code: 'SSH_LOST' })
    expect(await failure(connection.forward('127.0.0.1', 1, never))).toMatchObject({ code: 'SSH_LOST' })
  })
})

describe('the key of a server', () => {
  const stranger = async (server: Sshd, hostKeys: Partial<SshHop['hostKeys']> = {}): Promise<SshHop> => {
    const hop = await hopTo(server, dir)
    return { ...hop, hostKeys: { knownHosts: [], revoked: null, store, accept: [], ...hostKeys } }
  }
  const fingerprint = async (server: Sshd): Promise<string> => {
    const { stdout } = await run('ssh-keygen', ['-lf', server.hostKey])
    return stdout.split(' ')[1] ?? ''
  }

  it('that is unknown is shown the way ssh-keygen shows it, and nobody logs in', async () => {
    const error = await failure(connect([await stranger(main)]))
    expect(error).toBeInstanceOf(HostKeyError)
    expect(error).toMatchObject({
      code: 'SSH_HOST_KEY_UNKNOWN',
      hostKey: { host: '127.0.0.1', port: main.port, type: 'ssh-ed25519', fingerprint: await fingerprint(main) },
    })
    expect(error.message).toContain(await fingerprint(main))
  })

  it('that was accepted by its fingerprint is known from then on', async () => {
    await connect([await stranger(main, { accept: [await fingerprint(main)] })])
    await connect([await stranger(main)])
    expect(JSON.parse(await readFile(store, 'utf8'))).toMatchObject({ version: 1, hostKeys: [{ type: 'ssh-ed25519' }] })
  })

  it('is not taken for another one that was accepted, and nothing is kept', async () => {
    const error = await failure(connect([await stranger(main, { accept: ['SHA256:another'] })]))
    expect(error).toMatchObject({ code: 'SSH_HOST_KEY_UNKNOWN' })
    await expect(readFile(store)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it.each(['known_hosts', 'our own store'])(
    'that is another one than %s has is refused, even if it was accepted',
    async (place) => {
      const port = await freePort()
      const first = await startSshd({ port })
      if (place === 'our own store') await connect([await stranger(first, { accept: [await fingerprint(first)] })])
      await first.stop()
      const second = await sshd({ port })
      const knownHosts = join(dir, 'known')
      if (place === 'known_hosts') await writeFile(knownHosts, `[127.0.0.1]:${port} ${first.hostKeyLine}\n`)
      const error = await failure(
        connect([await stranger(second, { knownHosts: [knownHosts], accept: [await fingerprint(second)] })]),
      )
      expect(error).toMatchObject({ code: 'SSH_HOST_KEY_CHANGED', retryable: false })
      const shown = error.message.match(/SHA256:[\w+/]{43}/g)
      expect(shown).toHaveLength(2)
      expect(shown?.[0]).toBe(await fingerprint(second))
    },
  )

  it('is asked for in the type that is known, though the server has others', async () => {
    const rsa = await makeKey(join(dir, 'rsa'), 'rsa')
    const ecdsa = await makeKey(join(dir, 'ecdsa'), 'ecdsa')
    const server = await sshd({ config: [`HostKey ${rsa}`, `HostKey ${ecdsa}`] })
    for (const key of [rsa, ecdsa]) {
      const [type = '', blob = ''] = (await readFile(`${key}.pub`, 'utf8')).split(' ')
      const knownHosts = join(dir, `known_${type}`)
      await writeFile(knownHosts, `[127.0.0.1]:${server.port} ${type} ${blob}\n`)
      const connection = await connect([await stranger(server, { knownHosts: [knownHosts] })])
      expect(await works(connection)).toBe('/')
    }
  })

  it('of another type than the one that is known is refused: it may hide the one that it lacks', async () => {
    const rsa = await makeKey(join(dir, 'rsa'), 'rsa')
    const [type = '', blob = ''] = (await readFile(`${rsa}.pub`, 'utf8')).split(' ')
    const knownHosts = join(dir, 'known')
    await writeFile(knownHosts, `[127.0.0.1]:${main.port} ${type} ${blob}\n`)
    const error = await failure(connect([await stranger(main, { knownHosts: [knownHosts] })]))
    expect(error).toMatchObject({ code: 'SSH_HOST_KEY_CHANGED' })
  })

  it('that was revoked is refused, even if it is known as well', async () => {
    const knownHosts = join(dir, 'known')
    await writeFile(knownHosts, `[127.0.0.1]:${main.port} ${main.hostKeyLine}\n@revoked * ${main.hostKeyLine}\n`)
    const error = await failure(connect([await stranger(main, { knownHosts: [knownHosts] })]))
    expect(error).toMatchObject({ code: 'SSH_HOST_KEY_CHANGED' })
    expect(error.message).toContain('revoked')
  })

  it('is found where ssh-keygen has hashed the names', async () => {
    const hop = await hopTo(main, dir)
    const [file = ''] = hop.hostKeys.knownHosts
    await run('ssh-keygen', ['-q', '-H', '-f', file])
    expect(await readFile(file, 'utf8')).toMatch(/^\|1\|/)
    expect(await works(await connect([hop]))).toBe('/')
  })

  it('is looked up by HostKeyAlias', async () => {
    const knownHosts = join(dir, 'known')
    await writeFile(knownHosts, `readur-host ${main.hostKeyLine}\n`)
    await connect([await stranger(main, { knownHosts: [knownHosts], alias: 'readur-host' })])
  })

  it('is not trusted when a list cannot be read', async () => {
    expect(await failure(connect([await stranger(main, { knownHosts: [dir] })]))).toMatchObject({
      code: 'SSH_HOST_KEYS_UNREADABLE',
    })
  })
})

describe('logging in', () => {
  /** Answers that are given, and the questions that they were asked for. */
  const asked = (answers: Partial<SshPrompts>): SshPrompts => ({ ...noPrompts, ...answers })
  const authorize = async (key: string): Promise<void> => {
    await writeFile(
      main.authorizedKeys,
      `${await readFile(`${key}.pub`, 'utf8')}${await readFile(`${main.clientKey}.pub`, 'utf8')}`,
    )
  }
  const agentWith = async (...keys: string[]): Promise<string> => {
    const socket = join(dir, 'agent')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
    await once(agent.stdout, 'data')
    cleanUps.push(async () => {
      const ended = once(agent, 'exit')
      agent.kill()
      await ended
    })
    for (const key of keys) await run('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
    return socket
  }

  it('asks for the passphrase of a key, again where it was wrong', async () => {
    const key = await makeKey(join(dir, 'locked'), 'ed25519', 'secret')
    await authorize(key)
    const attempts: number[] = []
    const passphrase = ({ path, attempt }: { path: string; attempt: number }): Promise<string> => {
      expect(path).toBe(key)
      attempts.push(attempt)
      return Promise.resolve(attempt === 1 ? 'wrong' : 'secret')
    }
    await connect([withAuth(await hopTo(main, dir), { keys: [{ path: key }] })], asked({ passphrase }))
    expect(attempts).toEqual([1, 2])
  })

  it('uses a passphrase that is known', async () => {
    const key = await makeKey(join(dir, 'locked'), 'ed25519', 'secret')
    await authorize(key)
    await connect([withAuth(await hopTo(main, dir), { keys: [{ path: key, passphrase: 'secret' }] })])
  })

  it('passes over keys that cannot be used, and says so where none is left', async () => {
    const broken = join(dir, 'broken')
    await writeFile(broken, 'not a key')
    const locked = await makeKey(join(dir, 'locked'), 'ed25519', 'secret')
    const unknown = await makeKey(join(dir, 'unknown'), 'ed25519')
    const bad = [{ path: broken }, { path: join(dir, 'missing') }, { path: locked }, { path: unknown }]
    const hop = await hopTo(main, dir)
    await connect([withAuth(hop, { keys: [...bad, { path: main.clientKey }] })])

    const error = await failure(
      connect([withAuth(hop, { keys: [...bad, { path: join(dir, 'default'), isDefault: true }] })]),
    )
    expect(error).toMatchObject({ code: 'SSH_AUTH_FAILED', scope: 'run', retryable: false })
    expect(error.message).toContain(`Tried: key ${unknown} (refused).`)
    expect(error.message).toContain(`key ${broken}: it isn’t a readable private key`)
    expect(error.message).toContain(`key ${join(dir, 'missing')}: file not found`)
    expect(error.message).toContain(`key ${locked}: locked, and no passphrase was given`)
    expect(error.message).toContain('The server offers: publickey.')
    expect(error.message).not.toContain('default')
  })

  it('uses the agent’s keys after the chosen ones, but not those that were tried', async () => {
    const unknown = await makeKey(join(dir, 'unknown'), 'ed25519')
    const agent = await agentWith(unknown, main.clientKey)
    await connect([withAuth(await hopTo(main, dir), { keys: [{ path: unknown }], agent })])
  })

  it('uses a locked key through the agent that has it, without asking', async () => {
    const key = await makeKey(join(dir, 'key'), 'ed25519')
    await authorize(key)
    const agent = await agentWith(key)
    await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'secret', '-f', key])
    await connect([withAuth(await hopTo(main, dir), { keys: [{ path: key }], agent, identitiesOnly: true })])
  })

  it('offers nothing of the agent that is not among the chosen keys, where only those may be', async () => {
    const agent = await agentWith(main.clientKey)
    const other = await makeKey(join(dir, 'other'), 'ed25519')
    const hop = withAuth(await hopTo(main, dir), { keys: [{ path: other }], agent, identitiesOnly: true })
    expect(await failure(connect([hop]))).toMatchObject({ code: 'SSH_AUTH_FAILED' })
    // The public half is enough to choose by.
    await writeFile(join(dir, 'chosen.pub'), await readFile(`${main.clientKey}.pub`))
    await connect([withAuth(hop, { keys: [{ path: join(dir, 'chosen.pub') }] })])
  })

  it('does not offer so many keys that the server ends the login', async () => {
    const keys: string[] = []
    for (let at = 0; at < 8; at += 1) keys.push(await makeKey(join(dir, `key${at}`), 'ed25519'))
    const agent = await agentWith(...keys)
    const error = await failure(connect([withAuth(await hopTo(main, dir), { keys: [], agent })]))
    expect(error.message).toContain('5 keys of the agent (refused)')
    expect(error.message).toContain('3 more keys of the agent')
  })

  it('names the keys of an agent that cannot be used, and uses the others', async () => {
    const field = (bytes: string | Buffer): Buffer => {
      const head = Buffer.alloc(4)
      head.writeUInt32BE(Buffer.byteLength(bytes))
      return Buffer.concat([head, Buffer.from(bytes)])
    }
    const token = Buffer.concat([field('sk-ssh-ed25519@openssh.com'), field(Buffer.alloc(32, 1)), field('ssh:')])
    const plain = Buffer.from((await readFile(`${main.clientKey}.pub`, 'utf8')).split(' ')[1] ?? '', 'base64')
    const list = [token, field('my token'), plain, field('laptop')]
    const answer = Buffer.concat([
      Buffer.from([12, 0, 0, 0, 2]),
      ...list.map((it, at) => (at % 2 === 0 ? field(it) : it)),
    ])
    const server = createServer((socket) => socket.once('data', () => socket.write(field(answer))))
    const agent = join(dir, 'agent')
    server.listen(agent)
    await once(server, 'listening')
    cleanUps.push(() => new Promise((closed) => server.close(closed)))
    const { keys, unusable } = await agentKeys(agent, { signal: never })
    expect(keys.map((key) => key.getPublicSSH().equals(plain))).toEqual([true])
    expect(unusable).toEqual(['my token (sk-ssh-ed25519@openssh.com)'])
    const error = await failure(connect([withAuth(await hopTo(main, dir), { keys: [], agent })]))
    expect(error.message).toContain('the agent’s key my token (sk-ssh-ed25519@openssh.com)')
  })

  it('takes no answer of an agent for a list that is none', async () => {
    const said = [Buffer.from([0, 0, 0, 1, 5]), Buffer.from([0xff, 0xff, 0xff, 0xff, 12]), Buffer.from([0, 0])]
    for (const [at, bytes] of said.entries()) {
      const server = createServer((socket) => socket.once('data', () => socket.end(bytes)))
      server.listen(join(dir, `agent${at}`))
      await once(server, 'listening')
      await expect(agentKeys(join(dir, `agent${at}`), { signal: never })).rejects.toThrow('it gave no list of its keys')
      server.close()
    }
  })

  it('goes on without an agent that is not there', async () => {
    await connect([withAuth(await hopTo(main, dir), { agent: join(dir, 'no agent') })])
  })

  /** An agent that takes each connection, answers the requests that `answers` knows, and is silent about all others. */
  const silentAgent = async (answers: (request: number) => Buffer | null): Promise<string> => {
    const agent = join(dir, 'silent agent')
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('data', (said) => {
        const answer = answers(said[4] ?? 0)
        if (answer) socket.write(answer)
      })
    })
    server.listen(agent)
    await once(server, 'listening')
    cleanUps.push(async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    })
    return agent
  }

  it('goes on without an agent that says nothing, and blames that agent where nothing else logs in', async () => {
    const agent = await silentAgent(() => null)
    const hop = await hopTo(main, dir)
    await connect([withAuth(hop, { agent })])

    const error = await failure(connect([withAuth(hop, { keys: [], agent })]))
    expect(error).toMatchObject({ code: 'SSH_AGENT_SILENT', scope: 'run', retryable: false })
    expect(error.message).toContain(`The SSH agent at “${agent}” did not answer within 5 seconds`)
    expect(error.message).not.toContain('did not accept')
  })

  it('waits for a signature of an agent only so long, and does not ask it for another', async () => {
    const blob = Buffer.from((await readFile(`${main.clientKey}.pub`, 'utf8')).split(' ')[1] ?? '', 'base64')
    let asked = 0
    const agent = await silentAgent(() => {
      asked += 1
      return null
    })
    const key = ssh2.utils.parseKey(blob)
    if (key instanceof Error) throw key
    const silences: string[] = []
    const chosen = new ChosenKeysAgent(agent, [key], {
      signal: never,
      milliseconds: 50,
      aside: (work) => work(),
      onSilence: ({ message }) => silences.push(message),
    })
    const sign = (): Promise<Error | null | undefined> =>
      new Promise((done) => chosen.sign(key, Buffer.from('data'), {}, (error) => done(error)))
    expect(await sign()).toBeInstanceOf(AgentSilence)
    expect(await sign()).toBeInstanceOf(AgentSilence)
    expect(asked).toBe(1)
    expect(silences).toEqual(['did not answer within 0.05 seconds'])
  })

  // Only root can make an account.
  if (process.getuid?.() === 0) {
    it('takes a password from the system’s accounts, saved or asked for', async () => {
      const account = await createAccount()
      cleanUps.push(account.remove)
      const server = await sshd({ as: 'root', config: ['PasswordAuthentication yes'] })
      const hop = withAuth({ ...(await hopTo(server, dir)), user: account.user }, { keys: [] })
      await connect([withAuth(hop, { password: account.password })])
      const attempts: number[] = []
      const password = ({ attempt }: { attempt: number }): Promise<string> => {
        attempts.push(attempt)
        return Promise.resolve(attempt === 2 ? account.password : 'wrong')
      }
      await connect([hop], asked({ password }))
      expect(attempts).toEqual([1, 2])
      const error = await failure(connect([withAuth(hop, { password: 'wrong but secret' })]))
      expect(error).toMatchObject({ code: 'SSH_AUTH_FAILED' })
      expect(error.message).toMatch(/Tried: saved password \(refused\).*The server offers: publickey, password\./)
      expect(error.message).not.toContain('secret')
    })
  }

  describe('to a server that asks questions', () => {
    /** ssh2's server, since OpenSSH's needs PAM for that. */
    const asking = async (authenticate: (context: AuthContext) => void): Promise<SshHop> => {
      const key = await makeKey(join(dir, 'asking_key'), 'ed25519')
      const server = new ssh2.Server({ hostKeys: [await readFile(key)] }, (client) => {
        client.on('authentication', authenticate)
        client.on('error', () => undefined)
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      cleanUps.push(() => new Promise((done) => server.close(done)))
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      const knownHosts = join(dir, 'asking')
      await writeFile(knownHosts, `[127.0.0.1]:${port} ${await readFile(`${key}.pub`, 'utf8')}`)
      return {
        host: '127.0.0.1',
        port,
        user: 'admin',
        auth: { keys: [], agent: null, identitiesOnly: false },
        hostKeys: { knownHosts: [knownHosts], revoked: null, store, accept: [] },
      }
    }
    const questions = (prompts: { prompt: string; echo: boolean }[], right: string[]) => (context: AuthContext) => {
      if (context.method !== 'keyboard-interactive') {
        context.reject(['keyboard-interactive'])
        return
      }
      context.prompt(prompts, 'Title', 'Text', (answers) => {
        if (answers.join() === right.join()) context.accept()
        else context.reject(['keyboard-interactive'])
      })
    }

    it('answers a single hidden one with the saved password', async () => {
      const hop = await asking(questions([{ prompt: 'Password: ', echo: false }], ['secret']))
      await connect([withAuth(hop, { password: 'secret' })])
    })

    it('hands on all others, as they are', async () => {
      const prompts = [
        { prompt: 'Password: ', echo: false },
        { prompt: 'Code: ', echo: true },
      ]
      const hop = await asking(questions(prompts, ['secret', '123456']))
      const seen: unknown[] = []
      const answers: SshPrompts['answers'] = (question) => {
        seen.push(question)
        return Promise.resolve(['secret', seen.length === 1 ? 'wrong' : '123456'])
      }
      await connect([withAuth(hop, { password: 'secret' })], asked({ answers }))
      expect(seen).toHaveLength(2)
      expect(seen[0]).toEqual({
        server: `admin@127.0.0.1:${hop.port}`,
        title: 'Title',
        text: 'Text',
        questions: [
          { text: 'Password: ', hidden: true },
          { text: 'Code: ', hidden: false },
        ],
      })
    })

    it('fails where nobody answers', async () => {
      const hop = await asking(questions([{ prompt: 'Code: ', echo: true }], ['123456']))
      const error = await failure(connect([hop]))
      expect(error.message).toContain(
        'Tried: questions of the server (refused). The server offers: keyboard-interactive.',
      )
    })

    it('goes on to the second proof where one is not enough', async () => {
      const steps: string[] = []
      const hop = await asking((context) => {
        steps.push(context.method)
        if (context.method === 'password') context.reject(['keyboard-interactive'], true)
        else if (context.method === 'keyboard-interactive') {
          context.prompt([{ prompt: 'Code: ', echo: true }], () => context.accept())
        } else context.reject(['password'])
      })
      const answers: SshPrompts['answers'] = () => Promise.resolve(['123456'])
      await connect([withAuth(hop, { password: 'secret' })], asked({ answers }))
      expect(steps).toEqual(['none', 'password', 'keyboard-interactive'])
    })
  })
})

describe('jump hosts', () => {
  it('are each verified and logged in to, and the server is reached through them', async () => {
    const inner = await sshd({ config: ['LogLevel VERBOSE'] })
    const seen: SshProgress[] = []
    const connection = await connect([await hopTo(main, dir), await hopTo(inner, dir)], noPrompts, seen)
    expect(await works(connection)).toBe('/')
    expect(inner.log()).toContain('Accepted publickey')
    expect(seen.filter(({ hop }) => hop === 1).map(({ step, state }) => `${step} ${state}`)).toEqual([
      'forward begun',
      'forward done',
      'host key begun',
      'host key done',
      'login begun',
      'login done',
    ])
  })

  it('of ~/.ssh/config are followed', async () => {
    const inner = await sshd({})
    const config = join(dir, 'config')
    const knownHosts = join(dir, 'known')
    await writeFile(
      knownHosts,
      `[127.0.0.1]:${main.port} ${main.hostKeyLine}\n[127.0.0.1]:${inner.port} ${inner.hostKeyLine}\n`,
    )
    const common = (server: Sshd): string =>
      `HostName 127.0.0.1\nPort ${server.port}\nUser ${server.user}\nIdentityFile ${server.clientKey}\nUserKnownHostsFile ${knownHosts}\n`
    await writeFile(config, `Host gate\n${common(main)}\nHost readur\n${common(inner)}ProxyJump gate\n`)
    const { hops } = (await readSshConfig(config)).target('readur', { store, accept: [] })
    expect(await works(await connect([...hops]))).toBe('/')
  })

  it('do not hide that the server behind them is unknown', async () => {
    const inner = await sshd({})
    const hop = await hopTo(inner, dir)
    const error = await failure(
      connect([await hopTo(main, dir), { ...hop, hostKeys: { ...hop.hostKeys, knownHosts: [] } }]),
    )
    expect(error).toMatchObject({ code: 'SSH_HOST_KEY_UNKNOWN', hostKey: { port: inner.port } })
  })

  it('that do not let others through are named', async () => {
    const gate = await sshd({ config: ['AllowTcpForwarding no'] })
    const error = await failure(connect([await hopTo(gate, dir), await hopTo(main, dir)]))
    expect(error).toMatchObject({ code: 'SSH_FORWARD_REFUSED', subject: `${gate.user}@127.0.0.1:${gate.port}` })
  })

  it('that cannot reach the server are named, with the address', async () => {
    const unreachable = { ...(await hopTo(main, dir)), port: 1 }
    const error = await failure(connect([await hopTo(main, dir), unreachable]))
    expect(error).toMatchObject({ code: 'SSH_FORWARD_FAILED', subject: `${main.user}@127.0.0.1:${main.port}` })
    expect(error.message).toContain('127.0.0.1:1')
  })

  it('that go down take the connection with them', async () => {
    const gate = await sshd({})
    const connection = await connect([await hopTo(gate, dir), await hopTo(main, dir)])
    const gone = once(connection.lost, 'abort')
    await gate.kill()
    await gone
    expect(await failure(connection.sftp(never))).toMatchObject({ code: 'SSH_LOST' })
  })
})

describe('a program that leads to a server', () => {
  const through = async (line: string, programs: Readonly<Record<string, string>> = {}) => {
    const bin = join(dir, 'bin')
    await mkdir(bin)
    for (const [name, to] of Object.entries(programs)) await symlink(to, join(bin, name))
    const config = join(dir, 'config')
    const knownHosts = join(dir, 'known')
    await writeFile(knownHosts, `[127.0.0.1]:${main.port} ${main.hostKeyLine}\n`)
    const known = `UserKnownHostsFile ${knownHosts}\nIdentityFile ${main.clientKey}\n`
    await writeFile(
      config,
      `Host readur\nHostName 127.0.0.1\nPort ${main.port}\nUser ${main.user}\n${known}ProxyCommand ${line.replace('BIN', bin)}\n`,
    )
    const read = await readSshConfig(config)
    const command = read.resolve('readur').proxy?.text
    return { hops: read.target('readur', { store, accept: [] }, { proxyCommand: command }).hops, command }
  }

  it('is run once it was allowed, and its streams are the server’s', async () => {
    const { stdout } = await run('sh', ['-c', 'command -v busybox'])
    const { hops, command } = await through('BIN/nc %h %p', { nc: stdout.trim() })
    const seen: SshProgress[] = []
    const connection = await connect([...hops], noPrompts, seen)
    expect(await works(connection)).toBe('/')
    expect(seen).toContainEqual(expect.objectContaining({ step: 'tcp', state: 'done', detail: command }))
    await connection.close()
    await expect.poll(() => isRunning(command ?? '')).toBe(false)
  })

  it('may be OpenSSH’s own', async () => {
    const gate = await sshd({})
    const options = `-o StrictHostKeyChecking=no -o UserKnownHostsFile=${join(dir, 'gate')} -F none`
    const { hops } = await through(
      `ssh ${options} -i ${gate.clientKey} -p ${gate.port} -W %h:%p ${gate.user}@127.0.0.1`,
    )
    expect(await works(await connect([...hops]))).toBe('/')
  })

  it('is not started by anything that does not hold the same words', async () => {
    const { hops } = await through('BIN/nc %h %p')
    const config = await readSshConfig(join(dir, 'config'))
    const old = `${hops[0].proxy?.text ?? ''} -v`
    expect(() => config.target('readur', { store, accept: [] }, { proxyCommand: old })).toThrow(
      expect.objectContaining({ code: 'SSH_PROXY_COMMAND' }),
    )
  })

  it('is started by a connection only with the very words that were agreed to', async () => {
    const { command = '' } = await through('BIN/nc %h %p')
    const started = join(dir, 'started')
    await writeFile(join(dir, 'bin', 'nc'), `#!/bin/sh\necho "$@" > '${started}'\n`, { mode: 0o755 })
    const ssh = { hostKeys: store, accept: [], prompts: noPrompts, configFile: join(dir, 'config') }
    const open = (proxyCommand?: string) =>
      openCommands({ host: 'readur', port: null, user: null, keyFiles: [], jumps: [], proxyCommand }, undefined, ssh)
    for (const other of [undefined, `${command} -v`, command.replace('/nc', '/ncat')]) {
      expect(await failure(open(other))).toMatchObject({ code: 'SSH_PROXY_COMMAND' })
    }
    const { commands, close } = await open(command)
    cleanUps.push(close)
    const stop = new StopControl()
    const attempt = failure(commands.start(['true'], stop.now))
    await expect.poll(() => existsSync(started)).toBe(true)
    stop.request('now')
    await attempt
    expect(await readFile(started, 'utf8')).toBe(`127.0.0.1 ${main.port}\n`)
  })

  it('that fails is told with its last words', async () => {
    const { hops } = await through(`BIN/ssh -F none -W %h:%p -p 1 127.0.0.1`, { ssh: '/usr/bin/ssh' })
    const error = await failure(connect([...hops]))
    expect(error).toMatchObject({ code: 'SSH_UNREACHABLE', retryable: true })
    expect(error.message).toMatch(/ended with code 255 \(.*refused/s)
  })

  it('that no longer listens before it fails is told with its last words', async () => {
    const { hops } = await through('BIN/nc %h %p')
    const program = "#!/bin/sh\nexec 0<&-\nsleep 0.3\necho 'Connection refused' >&2\nexit 1\n"
    await writeFile(join(dir, 'bin', 'nc'), program, { mode: 0o755 })
    const error = await failure(connect([...hops]))
    expect(error.message).toMatch(/ended with code 1 \(Connection refused\)/)
  })

  it('that is not there is told', async () => {
    const { hops } = await through('BIN/nc %h %p')
    expect(await failure(connect([...hops]))).toMatchObject({
      code: 'SSH_UNREACHABLE',
      message: expect.stringContaining('nc: not found') as unknown,
    })
  })
})

const isRunning = async (command: string): Promise<boolean> => {
  const { stdout } = await run('ps', ['-eo', 'args'])
  return stdout.split('\n').some((line) => line.trim() === command)
}

describe('what a server does not offer', () => {
  it('is SFTP', async () => {
    const server = await sshd({ config: ['Subsystem sftp /bin/false'] })
    const connection = await connect([await hopTo(server, dir)])
    expect(await failure(connection.sftp(never))).toMatchObject({ code: 'SFTP_UNAVAILABLE', scope: 'run' })
  })

  it('is a further session', async () => {
    const server = await sshd({ config: ['MaxSessions 1'] })
    const connection = await connect([await hopTo(server, dir)])
    await connection.sftp(never)
    expect(await failure(connection.sftp(never))).toMatchObject({ code: 'SSH_TOO_MANY_SESSIONS' })
  })

  it.each([
    ['that is not there', []],
    ['that may not be used', ['AllowStreamLocalForwarding no']],
  ])('is a Unix socket %s', async (_story, config) => {
    const server = await sshd({ config })
    const connection = await connect([await hopTo(server, dir)])
    const error = await failure(connection.forwardToSocket(join(dir, 'nowhere'), never))
    expect(error).toMatchObject({ code: 'SSH_FORWARD_FAILED' })
    expect(error.message).toContain('AllowStreamLocalForwarding')
  })
})

it('goes on after a new exchange of keys, and verifies the server again', async () => {
  // After each 100 kB; sshd takes no less than 16 packets.
  const server = await sshd({ config: ['RekeyLimit 100K'] })
  const connection = await connect([await hopTo(server, dir)])
  const sftp = await connection.sftp(never)
  const file = join(server.home, 'file')
  await writeFile(file, Buffer.alloc(3_000_000, 'x'))
  await chmod(file, 0o644)
  const bytes = await new Promise<Buffer>((done, fail) =>
    sftp.readFile(file, (error, all) => (error ? fail(error) : done(all))),
  )
  expect(bytes.length).toBe(3_000_000)
  await rm(file)
})
