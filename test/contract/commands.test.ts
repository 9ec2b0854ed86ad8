import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { localCommands } from '../../src/main/adapters/commands/localCommands.ts'
import { SshCommands } from '../../src/main/adapters/commands/sshCommands.ts'
import type { SshLink } from '../../src/main/adapters/ssh/link.ts'
import { assertRuns, commandRunner, type Commands } from '../../src/main/engine/commands.ts'
import { StopControl } from '../../src/main/engine/stop.ts'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { hopTo, linkTo, never, trustFolder } from './sshHarness.ts'
import { codeOf } from './uploadsFolder.suite.ts'

const awkward = `it's "quoted" $HOME \`id\` \\ * ; & | < > ~ # \n second line 契約 %s`

function suite(name: string, of: () => Commands): void {
  describe(`programs of ${name}`, () => {
    const run = (...argv: string[]) => commandRunner(of())(argv, never)

    it('hand back what they say and how they end', async () => {
      const script = 'echo out; echo err >&2; exit 7'
      expect(await run('sh', '-c', script)).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' })
    })

    it('get each argument as it is', async () => {
      expect((await run('printf', '%s', awkward)).stdout).toBe(awkward)
      expect((await run('printf', '[%s]', '', 'a b', '-n', '--')).stdout).toBe('[][a b][-n][--]')
    })

    it('end with 127 where there is no such program', async () => {
      expect((await run('no-such-program-here', 'x')).code).toBe(127)
    })

    it('are known to run', async () => {
      await expect(assertRuns(of(), never)).resolves.toBeUndefined()
    })

    it('take bytes and give bytes, more than any buffer holds', async () => {
      const running = await of().start(['wc', '-c'], never)
      for (let n = 0; n < 64; n += 1) {
        if (!running.stdin.write(Buffer.alloc(64 * 1024, 0xff)))
          await new Promise((r) => running.stdin.once('drain', r))
      }
      running.stdin.end()
      const said: Buffer[] = []
      for await (const chunk of running.stdout as AsyncIterable<Buffer>) said.push(chunk)
      expect(Buffer.concat(said).toString().trim()).toBe(String(64 * 64 * 1024))
      expect((await running.ended).code).toBe(0)
    })

    it('are given an environment that no list of processes shows', async () => {
      const secret = 'not for $(everyone) "here"'
      const script = 'printf %s "$READUR_TEST_SECRET"; cat; tr "\\0" " " < /proc/$$/cmdline >&2'
      const running = await of().start(['sh', '-c', script], never, { READUR_TEST_SECRET: secret })
      running.stdin.end(' and input')
      const said: Buffer[] = []
      for await (const chunk of running.stdout as AsyncIterable<Buffer>) said.push(chunk)
      expect(Buffer.concat(said).toString()).toBe(`${secret} and input`)
      const { stderr } = await running.ended
      expect(stderr).toContain('sh -c')
      expect(stderr).not.toContain('everyone')
    })

    it('are ended when nobody waits for them any more', async () => {
      const stop = new StopControl()
      const running = await of().start(['sh', '-c', 'echo $$; exec cat'], stop.now)
      const pid = await new Promise<Buffer>((resolve) => running.stdout.once('data', resolve))
      running.stdout.resume()
      stop.request('now')
      expect((await running.ended).code).toBeGreaterThanOrEqual(128)
      await expect.poll(() => isRunning(Number(pid.toString()))).toBe(false)
    })

    it('are ended when they say more than anybody reads', async () => {
      const error = await run('yes', 'x'.repeat(1_000)).catch((cause: unknown) => cause)
      expect(error).toMatchObject({ code: 'COMMANDS_REFUSED', scope: 'run' })
      expect(String(error)).toContain(`said more than ${16 * 1024 ** 2} bytes`)
    })

    it('say as much of their errors as anybody reads', async () => {
      const { code, stderr } = await run('sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x >&2; echo the end >&2')
      expect(code).toBe(0)
      expect(stderr).toMatch(/^x+the end\n$/)
      expect(stderr.length).toBe(8 * 1024)
    })

    it('do not start once it is over', async () => {
      const stop = new StopControl()
      stop.request('now')
      expect(await codeOf(of().start(['true'], stop.now))).toBe('INTERRUPTED run')
    })
  })
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

suite('this computer', () => localCommands)

describe('the environment of programs of this computer', () => {
  const secrets = {
    ...{ PGPASSWORD: 's1', AWS_SECRET_ACCESS_KEY: 's2', AWS_SESSION_TOKEN: 's3', S3_SECRET_ACCESS_KEY: 's4' },
    ...{
      READUR_TOKEN: 's5',
      READUR_SSH_PASSWORD: 's6',
      DATABASE_URL: 'postgresql://a:s7@b/c',
      POSTGRES_PASSWORD: 's8',
    },
    ...{
      GITHUB_TOKEN: 's9',
      DOCKER_AUTH_CONFIG: 's10',
      XDG_SECRET: 's11',
      HTTPS_PROXY: 'http://a:s12@b',
      LC_TOKEN: 's13',
      AWS_ACCESS_KEY_ID: 's14',
      S3_ACCESS_KEY_ID: 's15',
      AZURE_CLIENT_SECRET: 's16',
      all_proxy: 'a:s17@b:1',
    },
  }
  const useful = {
    ...{ LC_ALL: 'C.UTF-8', TMPDIR: '/tmp', DOCKER_HOST: 'unix:///run/docker.sock', SSH_AUTH_SOCK: '/run/agent' },
    ...{ XDG_RUNTIME_DIR: '/run/user/1', DISPLAY: ':0' },
    ...{ KUBECONFIG: '/home/ada/cluster', KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' },
  }
  /** For the programs that kubectl and Docker have log in for them. */
  const helpful = {
    ...{ HTTP_PROXY: 'http://proxy:3128', https_proxy: 'proxy:3128', NO_PROXY: 'minio.lan,10.0.0.0/8' },
    ...{ AWS_PROFILE: 'work', AWS_REGION: 'eu-central-1', AWS_CONFIG_FILE: '/home/ada/aws' },
    ...{ CLOUDSDK_CONFIG: '/home/ada/gcloud', AZURE_CONFIG_DIR: '/home/ada/azure' },
  }

  it('holds what they need and what they are given, and none of our secrets', async () => {
    for (const [name, value] of Object.entries({ ...secrets, ...useful, ...helpful })) vi.stubEnv(name, value)
    const running = await localCommands.start(['env', '-0'], never, { PGPASSWORD: 'given' })
    running.stdin.end()
    const said: Buffer[] = []
    for await (const chunk of running.stdout as AsyncIterable<Buffer>) said.push(chunk)
    vi.unstubAllEnvs()
    const lines = Buffer.concat(said).toString().split('\0')
    const names = lines.map((line) => line.split('=')[0] ?? '')
    expect(lines).toContain('PGPASSWORD=given')
    expect(lines).toEqual(expect.arrayContaining(Object.entries(useful).map(([name, value]) => `${name}=${value}`)))
    expect(lines).toEqual(expect.arrayContaining(Object.entries(helpful).map(([name, value]) => `${name}=${value}`)))
    expect(names).toContain('PATH')
    expect(Object.keys(secrets).filter((name) => name !== 'PGPASSWORD' && names.includes(name))).toEqual([])
    expect(lines.join('\n')).not.toMatch(/s\d/)
  })

  it('is all that is left of our own, where Electron starts programs itself', async () => {
    const module = join(import.meta.dirname, '../../src/main/adapters/environment.ts')
    const script = `import { forgetSecrets, ownEnvironment, programEnvironment } from '${module}'
      forgetSecrets()
      const all = { left: process.env, known: ownEnvironment, given: programEnvironment() }
      process.stdout.write(JSON.stringify(all))`
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', script],
      { env: { PATH: process.env.PATH, ...secrets, ...useful, ...helpful } },
    )
    const { left, known, given } = JSON.parse(stdout) as Record<'left' | 'known' | 'given', Record<string, string>>
    expect(Object.keys({ ...secrets, ...helpful }).filter((name) => name in left)).toEqual([])
    expect(Object.keys(secrets).filter((name) => name in given)).toEqual([])
    expect(given).toMatchObject({ ...useful, ...helpful })
    expect(left).toMatchObject(useful)
    expect(known).toMatchObject(secrets)
  })
})

describe('over SSH', () => {
  let sshd: Sshd
  let trust: Awaited<ReturnType<typeof trustFolder>>
  let link: SshLink
  beforeAll(async () => {
    trust = await trustFolder()
    sshd = await startSshd({ as: 'root' })
    link = linkTo({ hops: [await hopTo(sshd, trust.dir)] })
  })
  afterAll(async () => {
    await link.close()
    await sshd.stop()
    await trust.remove()
  })

  suite('a server', () => new SshCommands(link, 'server'))

  it('refuses, before it would do harm, an account that has SFTP alone', async () => {
    const only = await startSshd({ as: 'root', config: ['ForceCommand internal-sftp'] })
    const other = linkTo({ hops: [await hopTo(only, trust.dir)] })
    try {
      expect(await codeOf(assertRuns(new SshCommands(other, 'server'), never))).toBe('COMMANDS_REFUSED run')
    } finally {
      await other.close()
      await only.stop()
    }
  })

  it('says that the connection was lost when it was', async () => {
    const other = await startSshd({ as: 'root' })
    const toOther = linkTo({ hops: [await hopTo(other, trust.dir)] })
    try {
      const running = await new SshCommands(toOther, 'server').start(['sleep', '600'], never)
      running.stdout.resume()
      await other.kill()
      expect(await codeOf(running.ended)).toBe('SSH_LOST run')
    } finally {
      await toOther.close()
      await other.stop()
    }
  })
})
