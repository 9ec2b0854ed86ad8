import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { outputTo } from '../../src/main/cli/output.ts'
import { sshPrompts } from '../../src/main/cli/sshPrompts.ts'
import { commandRunner } from '../../src/main/engine/commands.ts'
import { openCommands, type SshPrompts } from '../../src/main/site.ts'
import { createAccount, type TestAccount } from '../services/account.ts'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { never, trustFolder } from './sshHarness.ts'
import { noPrompts } from '../fakes/noPrompts.ts'

/** Nobody sits at the terminal. */
const silent = outputTo({ out: () => undefined, err: () => undefined, terminal: false })

let trust: Awaited<ReturnType<typeof trustFolder>>
const cleanUps: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  trust = await trustFolder()
  cleanUps.push(trust.remove)
})
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** A server that takes nothing but passwords, and an account of it. */
async function passwordServer(): Promise<{ sshd: Sshd; account: TestAccount }> {
  const account = await createAccount()
  cleanUps.push(account.remove)
  const config = ['PasswordAuthentication yes', 'PubkeyAuthentication no', 'AllowTcpForwarding yes']
  const sshd = await startSshd({ as: 'root', config })
  cleanUps.push(sshd.stop)
  return { sshd, account }
}

interface Server {
  user: string
  port: number
  hostKeyLine: string
}

interface Way {
  jump: Server
  target: Server
  saved?: string
  prompts: SshPrompts
}

/** What a program of the target says, reached through the jump host. */
async function sayHello({ jump, target, saved, prompts }: Way): Promise<string> {
  const known = [jump, target].map(({ port, hostKeyLine }) => `[127.0.0.1]:${port} ${hostKeyLine}\n`)
  await writeFile(join(trust.dir, 'known'), known.join(''))
  const hosts = Object.entries({ jump, target }).map(
    ([name, { user, port }]) => `Host ${name}\n  HostName 127.0.0.1\n  User ${user}\n  Port ${port}\n`,
  )
  const all = `Host *\n  IdentityFile none\n  IdentityAgent none\n  UserKnownHostsFile ${trust.dir}/known\n`
  const configFile = join(trust.dir, 'config')
  await writeFile(configFile, [...hosts, all].join(''))
  const server = { host: 'target', user: null, port: null, keyFiles: [], jumps: ['jump'] }
  const login = saved === undefined ? undefined : { password: saved }
  const { commands, close } = await openCommands(server, login, {
    hostKeys: trust.store,
    accept: [],
    prompts,
    configFile,
  })
  try {
    return (await commandRunner(commands)(['echo', 'hello'], never)).stdout
  } finally {
    await close()
  }
}

const serverOf = ({ sshd, account }: Awaited<ReturnType<typeof passwordServer>>): Server => ({
  user: account.user,
  port: sshd.port,
  hostKeyLine: sshd.hostKeyLine,
})

const attempts = ({ log }: Sshd): string[] => log().match(/(Failed|Accepted) password/g) ?? []

// Only root can make accounts.
if (process.getuid?.() === 0) {
  it('a saved password is for the last server alone: the jump host is asked for its own', async () => {
    const [jump, target] = [await passwordServer(), await passwordServer()]
    const asked: string[] = []
    const prompts: SshPrompts = {
      ...noPrompts,
      password: ({ server, isTarget, attempt }) => {
        asked.push(`${server} ${isTarget} ${attempt}`)
        return Promise.resolve(isTarget ? null : jump.account.password)
      },
    }
    const way = { jump: serverOf(jump), target: serverOf(target) }
    expect(await sayHello({ ...way, saved: target.account.password, prompts })).toBe('hello\n')
    expect(asked).toEqual([`${jump.account.user}@127.0.0.1:${jump.sshd.port} false 1`])
    expect(attempts(jump.sshd)).toEqual(['Accepted password'])
    expect(attempts(target.sshd)).toEqual(['Accepted password'])
  })

  it('nor does READUR_SSH_PASSWORD reach a jump host', async () => {
    const [jump, target] = [await passwordServer(), await passwordServer()]
    const variables = { READUR_SSH_PASSWORD: target.account.password }
    const given = sshPrompts(
      variables,
      { ...silent, askText: () => Promise.resolve(jump.account.password) },
      () => () => undefined,
    )
    const way = { jump: serverOf(jump), target: serverOf(target) }
    expect(await sayHello({ ...way, prompts: given })).toBe('hello\n')
    expect(attempts(jump.sshd)).toEqual(['Accepted password'])
    expect(attempts(target.sshd)).toEqual(['Accepted password'])
  })
}

it.each(['password', 'keyboard-interactive'] as const)(
  'a jump host that asks by %s gets nothing of it',
  async (method) => {
    const received: string[] = []
    const hostKey = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
    const jump = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
      client.on('error', () => undefined)
      client.on('authentication', (login) => {
        if (login.method === 'password') received.push(login.password)
        if (login.method === 'keyboard-interactive' && method === 'keyboard-interactive') {
          login.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
            received.push(...answers)
            login.reject([method])
          })
          return
        }
        login.reject([method])
      })
    })
    jump.listen(0, '127.0.0.1')
    await once(jump, 'listening')
    cleanUps.push(() => new Promise((done) => jump.close(done)))
    const { port } = jump.address() as { port: number }
    const hostKeyLine = hostKey.public.split(' ', 2).join(' ')
    const prompts = sshPrompts({ READUR_SSH_PASSWORD: 'of the target' }, silent, () => () => undefined)
    const way = {
      jump: { user: 'someone', port, hostKeyLine },
      target: { user: 'ada', port: 22, hostKeyLine },
      prompts,
    }
    const failed = sayHello({ ...way, saved: 'of the target, saved' })
    await expect(failed).rejects.toMatchObject({ code: 'SSH_AUTH_FAILED' })
    expect(received.filter((it) => it !== '')).toEqual([])
  },
)
