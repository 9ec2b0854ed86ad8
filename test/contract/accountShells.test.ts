import { execFile } from 'node:child_process'
import { access, chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Container } from '../../src/main/adapters/commands/container.ts'
import { SshCommands } from '../../src/main/adapters/commands/sshCommands.ts'
import type { SshLink } from '../../src/main/adapters/ssh/link.ts'
import { ContainerSource } from '../../src/main/adapters/uploads/remote/containerSource.ts'
import { RemoteFolder } from '../../src/main/adapters/uploads/remoteFolder.ts'
import { commandRunner, type Commands } from '../../src/main/engine/commands.ts'
import { isPlain } from '../../src/shared/plainText.ts'
import { copyable, quoted } from '../../src/shared/shellWord.ts'
import { createAccount, type TestAccount } from '../services/account.ts'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { hopTo, linkTo, never, soon, trustFolder } from './sshHarness.ts'

/** What a shell may obey, alone and around other things. */
const signs = [
  ...Array.from(`'"\`\\$!#&*()[]{}<>|;?~^=%@,:+-/. \t\n\r`),
  '\x01',
  '\x1b',
  '\x7f',
  '\x81',
  '\x88',
  '\x9b',
  '\u202e',
  '契',
]
const around = (sign: string): string[] => [
  ...[
    sign,
    `${sign}a`,
    `a${sign}`,
    `a${sign}b`,
    `${sign}${sign}`,
    `\\${sign}`,
    `'${sign}`,
    `"${sign}'`,
    `$${sign}`,
    `!${sign}`,
  ],
]

// Only root can make an account.
if (process.getuid?.() === 0)
  describe('the shell of the account', () => {
    let dir = ''
    let sshd: Sshd
    let trust: Awaited<ReturnType<typeof trustFolder>>
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'readur-shells-'))
      await chmod(dir, 0o777)
      await symlink('/bin/busybox', join(dir, 'ash'))
      trust = await trustFolder()
      sshd = await startSshd({ as: 'root' })
    })
    afterAll(async () => {
      await sshd.stop()
      await trust.remove()
      await rm(dir, { recursive: true, force: true })
    })

    const hostile = (marker: string): string[] => [
      ...signs.flatMap(around),
      ...[
        '',
        '-n',
        '--',
        '=ls',
        '%self',
        '~root',
        '$HOME',
        '{a,b}',
        '!!',
        '!$',
        '^a^b',
        '[a-z]*',
        '/*',
        '>&2',
        '((1))',
        'a=b',
      ],
      `\\'; touch ${marker}; echo \\'`,
      `'; touch ${marker}; echo '`,
      `"; touch ${marker}; echo "`,
      `$(touch ${marker})`,
      `\`touch ${marker}\``,
      `(touch ${marker})`,
      `\n touch ${marker}\n`,
      `\r\ntouch ${marker}; exit\r\n`,
      `"$lf"; touch ${marker} #`,
      `'"$lf"'\n'; touch ${marker} #`,
      'x'.repeat(20_000),
      Array.from({ length: 0x2ff }, (_, at) => String.fromCodePoint(at + 1)).join(''),
    ]

    const shells: [string, () => string][] = [
      ['dash', () => '/bin/dash'],
      ['bash', () => '/bin/bash'],
      ['rbash', () => '/bin/rbash'],
      ['BusyBox', () => join(dir, 'ash')],
      ['zsh', () => '/usr/bin/zsh'],
      ['fish', () => '/usr/bin/fish'],
      ['tcsh', () => '/usr/bin/tcsh'],
    ]

    describe.each(shells)('%s', (name, shell) => {
      let account: TestAccount
      let link: SshLink
      beforeAll(async () => {
        account = await createAccount({ shell: shell(), home: dir })
        link = linkTo({ hops: [{ ...(await hopTo(sshd, trust.dir)), user: account.user }] })
      })
      afterAll(async () => {
        await link.close()
        await account.remove()
      })

      const run = (argv: string[], env = {}) =>
        new SshCommands(link, 'server').start(argv, never, env).then(async (running) => {
          running.stdin.end()
          const said: Buffer[] = []
          for await (const chunk of running.stdout as AsyncIterable<Buffer>) said.push(chunk)
          return { ...(await running.ended), said: Buffer.concat(said).toString() }
        })

      it('reads no argument, whatever is in it', async () => {
        const marker = join(dir, `ran-${name}`)
        const words = hostile(marker)
        expect(words.length).toBeGreaterThan(400)
        const { said, stderr, code } = await run(['printf', '%s\\0', ...words])
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
        const back = said.split('\0').slice(0, -1)
        expect(words.flatMap((word, at) => (word === back[at] ? [] : [[word, back[at]]]))).toEqual([])
        expect(back).toHaveLength(words.length)
        await expect(access(marker)).rejects.toMatchObject({ code: 'ENOENT' })
      })

      it('reads no variable: its lines, quotes and dollars arrive as they are', async () => {
        const marker = join(dir, `variable-${name}`)
        const words = hostile(marker).filter((word) => word.length < 10_000)
        const env = Object.fromEntries(words.map((word, at) => [`V${at}`, word]))
        const { said, code } = await run(['env', '-0'], env)
        expect(code).toBe(0)
        const back = new Map(
          said.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
        )
        expect(Object.entries(env).filter(([key, value]) => back.get(key) !== value)).toEqual([])
        await expect(access(marker)).rejects.toMatchObject({ code: 'ENOENT' })
      })

      it('reads no name of a folder that is listed through a container', async () => {
        const uploads = await mkdtemp(join(dir, 'uploads-'))
        const folders = [`\\'; touch listed; echo \\'`, `'; touch listed; echo '`, "it's", '=ls', '!!', '\\\\', 'a\nb']
        for (const folder of folders) {
          await mkdir(join(uploads, folder))
          await writeFile(join(uploads, folder, 'page.txt'), 'text')
        }
        await chmod(uploads, 0o755)
        // What docker does with what it is given after `exec -i NAME`.
        const docker = join(uploads, '..', `docker-${name}`)
        await writeFile(docker, '#!/bin/sh\n[ "$1" = --version ] && exit\nshift 3\nexec "$@"\n', { mode: 0o755 })
        const commands = new SshCommands(link, 'server')
        const withDocker: Commands = {
          label: commands.label,
          start: ([, ...argv], signal) => commands.start([docker, ...argv], signal),
        }
        const closing = new AbortController()
        const source = new ContainerSource(new Container(withDocker, 'readur'), closing.signal, soon)
        const seen: string[] = []
        for await (const page of new RemoteFolder(source, 'container', uploads).list(never)) {
          seen.push(...page.map(({ path }) => path))
        }
        closing.abort(new Error('The test is over.'))
        expect(seen.sort()).toEqual(folders.map((it) => `${it}/page.txt`).sort())
        await expect(access(join(dir, 'listed'))).rejects.toMatchObject({ code: 'ENOENT' })
      })

      // What restoring a backup is shown with, and what a check proposes.
      it('reads a command that is shown for copying as it is meant', async () => {
        const words = hostile('/nowhere').filter((word) => isPlain(word) && word.length < 10_000)
        expect(words.length).toBeGreaterThan(250)
        expect(words.map(copyable)).toEqual(words.map(quoted))
        const file = join(dir, `copied-${name}`)
        await writeFile(file, `printf '%s\\0' ${words.map(quoted).join(' ')}\n`)
        const { said, code } = await run([shell(), file])
        expect(code).toBe(0)
        const back = said.split('\0').slice(0, -1)
        expect(words.flatMap((word, at) => (word === back[at] ? [] : [[word, back[at]]]))).toEqual([])
      })
    })

    describe('a word for copying that has signs in it which cannot be seen', () => {
      const copied = async (name: string, program: string): Promise<{ back: string[]; words: string[] }> => {
        const marker = join(dir, `copied-unseen-${name}`)
        const words = hostile(marker).filter((word) => !isPlain(word) && word.length < 10_000)
        const file = join(dir, `unseen-${name}`)
        const command = `printf '%s\\0' ${words.map(copyable).join(' ')}`
        expect(isPlain(command)).toBe(true)
        await writeFile(file, `${command}\n`)
        const { stdout } = await promisify(execFile)(program, [file]).catch(() => ({ stdout: '' }))
        await expect(access(marker)).rejects.toMatchObject({ code: 'ENOENT' })
        return { back: stdout.split('\0').slice(0, -1), words }
      }

      it.each([
        ['bash', () => '/bin/bash'],
        ['zsh', () => '/usr/bin/zsh'],
        ['BusyBox', () => join(dir, 'ash')],
      ])('is right in %s', async (name, shell) => {
        const { back, words } = await copied(name, shell())
        expect(words.length).toBeGreaterThan(100)
        expect(back).toEqual(words)
      })

      it.each([
        ['fish', '/usr/bin/fish'],
        ['tcsh', '/usr/bin/tcsh'],
        ['dash', '/bin/dash'],
      ])('runs nothing in %s', async (name, program) => {
        await copied(name, program)
      })
    })

    it('may be anything where sh itself is another one', async () => {
      for (const [name, program] of [
        ['bash', '/bin/bash'],
        ['BusyBox', '/bin/busybox'],
        ['zsh', '/usr/bin/zsh'],
      ] as const) {
        const programs = join(dir, `sh-${name}`)
        await mkdir(programs)
        await symlink(program, join(programs, 'sh'))
        const other = await startSshd({ as: 'root', config: [`SetEnv PATH=${programs}:/usr/bin:/bin`] })
        const link = linkTo({ hops: [await hopTo(other, trust.dir)] })
        try {
          const words = hostile(join(dir, 'ran'))
          const { stdout } = await commandRunner(new SshCommands(link, 'server'))(['printf', '%s\\0', ...words], never)
          expect(stdout.split('\0').slice(0, -1)).toEqual(words)
          const { stdout: which } = await commandRunner(new SshCommands(link, 'server'))(
            ['sh', '-c', 'readlink /proc/$$/exe; :'],
            never,
          )
          expect(which.trim()).toContain(name === 'BusyBox' ? 'busybox' : name)
        } finally {
          await link.close()
          await other.stop()
        }
      }
    })
  })
