import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Container } from '../../src/main/adapters/commands/container.ts'
import { localCommands } from '../../src/main/adapters/commands/localCommands.ts'
import { SshCommands } from '../../src/main/adapters/commands/sshCommands.ts'
import { ContainerSource } from '../../src/main/adapters/uploads/remote/containerSource.ts'
import { RemoteFolder } from '../../src/main/adapters/uploads/remoteFolder.ts'
import type { SshLink } from '../../src/main/adapters/ssh/link.ts'
import { commandRunner, type Commands, type RunningCommand } from '../../src/main/engine/commands.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import type { SourceFile } from '../../src/main/engine/ports.ts'
import { findingIn, installRuntimes } from '../services/containers.ts'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { remoteHarness } from './remoteHarness.ts'
import { hopTo, linkTo, never, soon, trustFolder } from './sshHarness.ts'
import { swapSuite } from './swaps.ts'
import { codeOf, uploadsFolderSuite } from './uploadsFolder.suite.ts'
import { contentOf, inChunks, uploadsWritingSuite } from './uploadsWriting.suite.ts'

const run = promisify(execFile)

type Runtime = Awaited<ReturnType<typeof installRuntimes>>

/** An uploads folder in a container; what it is called says which runtime has it. */
async function uploadsIn(commands: Commands, name = 'readur') {
  const closing = new AbortController()
  const source = new ContainerSource(new Container(commands, name), closing.signal, soon)
  return remoteHarness({
    make: (root) => new RemoteFolder(source, 'container readur', root),
    end: () => closing.abort(new Error('The test is over.')),
  })
}

let plain: Runtime
let programs = ''
let small: Runtime
beforeAll(async () => {
  plain = await installRuntimes()
  programs = await mkdtemp(join(tmpdir(), 'readur-busybox-'))
  await run('busybox', ['--install', '-s', programs])
  small = await installRuntimes({ pathInside: programs })
})
afterAll(async () => {
  for (const runtime of [plain, small]) await runtime.remove()
  await rm(programs, { recursive: true, force: true })
})

const here = (runtime: Runtime = plain) => findingIn(runtime.dir, localCommands)

describe('with GNU programs', () => {
  uploadsFolderSuite('a container of Docker', () => uploadsIn(here()))
  uploadsWritingSuite('a container of Docker', () => uploadsIn(here()))
  uploadsFolderSuite('a container of Podman', () => uploadsIn(here(), 'podman:readur'))
  uploadsWritingSuite('a container of Podman', () => uploadsIn(here(), 'podman:readur'))
  uploadsFolderSuite('a pod of this computer’s cluster', () => uploadsIn(here(), 'kubernetes:deploy/readur'))
  swapSuite('a container of Docker', 30, () => uploadsIn(here()))
})

describe('with the programs of BusyBox', () => {
  it('reports a disk that is full, and leaves nothing: its base64 calls every write a success', async () => {
    const full = ['sh', '-c', 'ulimit -f 600; trap "" XFSZ; exec "$@"', 'sh']
    const runtime = await installRuntimes({ pathInside: programs, around: full })
    const uploads = await uploadsIn(here(runtime))
    try {
      for (const size of [400_000, 1_300_000]) {
        const bytes = randomBytes(size)
        const call = uploads.folder.place('documents/new.bin', inChunks(bytes), contentOf(bytes), never)
        expect(await codeOf(call)).toMatch(/^FILE_UNWRITABLE/)
        expect(await uploads.tree()).toEqual({})
      }
      const few = randomBytes(100_000)
      await uploads.folder.place('documents/small.bin', inChunks(few), contentOf(few), never)
      expect(Object.keys(await uploads.tree())).toEqual(['documents/small.bin'])
    } finally {
      await uploads.close()
      await runtime.remove()
    }
  })

  uploadsFolderSuite('a small container', () => uploadsIn(here(small)))
  uploadsWritingSuite('a small container', () => uploadsIn(here(small)))
  uploadsWritingSuite('a small pod', () => uploadsIn(here(small), 'kubernetes:default/deploy/readur:readur@home'))
  swapSuite('a small container', 30, () => uploadsIn(here(small)))
})

describe('over SSH', () => {
  let sshd: Sshd
  let trust: Awaited<ReturnType<typeof trustFolder>>
  let link: SshLink
  beforeAll(async () => {
    trust = await trustFolder()
    sshd = await startSshd({ as: 'root', config: ['MaxSessions 50'] })
    link = linkTo({ hops: [await hopTo(sshd, trust.dir)] })
  })
  afterAll(async () => {
    await link.close()
    await sshd.stop()
    await trust.remove()
  })

  uploadsFolderSuite('a pod of a server', () =>
    uploadsIn(findingIn(plain.dir, new SshCommands(link, 'server')), 'kubernetes:pod/readur-0'),
  )
})

describe('a container', () => {
  const checkOf = async (name: string, runtime = plain): Promise<unknown> => {
    const source = new ContainerSource(new Container(here(runtime), name), new AbortController().signal, soon)
    return new RemoteFolder(source, name, '/').check().catch((error: unknown) => error)
  }

  it.each([
    ['other', 'there is none of that name'],
    ['podman:other', 'there is none of that name'],
    ['kubernetes:pod/other', 'there is none of that name'],
    ['kubernetes:deploy/other', 'there is none of that name'],
    ['kubernetes:elsewhere/deploy/readur', 'there is none of that name'],
    ['kubernetes:deploy/readur@other', 'the kubeconfig has no such context'],
    ['kubernetes:deploy/readur:other', 'the pod has no container of that name'],
  ])('that is not there is said to be missing, at once: %s', async (name, reason) => {
    expect(await checkOf(name)).toMatchObject({
      code: 'CONTAINER_UNREACHABLE',
      message: `The container “${name}” on this computer cannot be used: ${reason}.`,
    })
  })

  it.each(['readur', 'podman:readur', 'kubernetes:pod/readur-0'])('without a shell says so: %s', async (name) => {
    const empty = await mkdtemp(join(tmpdir(), 'readur-empty-'))
    const bare = await installRuntimes({ pathInside: empty })
    try {
      expect(await checkOf(name, bare)).toMatchObject({
        code: 'CONTAINER_UNREACHABLE',
        message: expect.stringContaining('cannot be used: it has no shell.') as unknown,
      })
    } finally {
      await bare.remove()
      await rm(empty, { recursive: true, force: true })
    }
  })

  it.each([
    ...[
      '-v',
      '--privileged',
      'a b',
      '$(id)',
      '',
      'podman:',
      'podman:-v',
      'kubernetes:readur',
      'kubernetes:secret/readur',
    ],
    ...[
      'kubernetes:a/b/c/d',
      'kubernetes:-n/pod/a',
      'kubernetes:pod/-a',
      'kubernetes:pod/a:-c',
      'kubernetes:pod/a@x\ny',
    ],
  ])('is not called “%s”', (name) => {
    expect(() => new Container(localCommands, name)).toThrow('isn’t a container name')
  })

  it('is the same pod of a deployment throughout, in the cluster that was the current one at first', async () => {
    const runtime = await installRuntimes({ pods: ['readur-a', 'readur-b'] })
    const uploads = await uploadsIn(here(runtime), 'kubernetes:deployment/readur')
    try {
      for (let n = 0; n < 8; n += 1) await uploads.write(`documents/${n}.txt`, randomBytes(10))
      const files: SourceFile[] = []
      for (let n = 0; n < 8; n += 1) files.push(await uploads.folder.open(`documents/${n}.txt`))
      const seen: string[] = []
      for await (const page of uploads.folder.list(never)) seen.push(...page.map(({ path }) => path))
      expect(seen).toHaveLength(8)
      await Promise.all(files.map((file) => file.close()))
      const execs = (await runtime.calls()).filter((words) => words.includes('exec'))
      const targets = execs.map((words) => words.slice(1, 5).join(' '))
      const [first, ...others] = targets
      expect(first).toBe('--context=home exec -i deployment/readur')
      expect(new Set(others)).toEqual(new Set(['--context=home exec -i pod/readur-b']))
      expect(others.length).toBeGreaterThan(3)
    } finally {
      await uploads.close()
      await runtime.remove()
    }
  })

  it('whose runtime loses the end of a listing, and says that all went well, is not taken for one with fewer files', async () => {
    const runtime = await installRuntimes({ cut: 40 })
    const listing = new Container(here(runtime), 'kubernetes:pod/readur-0').commands
    const entries = commandRunner(listing)(['sh', '-c', 'echo one; echo two'], never)
    expect(await codeOf(entries)).toBe('CONTAINER_LOST run')
    await runtime.remove()
  })

  it('tells how its programs end, and nothing of what the runtime says beside them', async () => {
    const { commands } = new Container(here(), 'kubernetes:pod/readur-0')
    const script = 'echo out; echo "$SECRET" >&2; exit 7'
    const running = await commands.start(['sh', '-c', script], never, { SECRET: "it's\n$HOME" })
    running.stdout.resume()
    expect(await running.ended).toEqual({ code: 7, stderr: "it's\n$HOME\n" })
    expect((await commandRunner(commands)(['no-such-program'], never)).code).toBe(127)
    expect(JSON.stringify(await plain.calls())).not.toContain("it's")
  })

  it('that is restarted while a file is read is waited for, and the file read on', async () => {
    const commands = here()
    const uploads = await uploadsIn(commands)
    try {
      const bytes = Buffer.alloc(5_000_000, 'x')
      await uploads.write('documents/a.pdf', bytes)
      const file = await uploads.folder.open('documents/a.pdf')
      let [size, killed] = [0, 0]
      for await (const chunk of file.read(new AbortController().signal)) {
        size += chunk.length
        if (killed < 2) commands.running.at(-1)?.kill()
        killed += 1
      }
      expect(size).toBe(bytes.length)
      expect(commands.running.length).toBeGreaterThan(1)
      await file.close()
    } finally {
      await uploads.close()
    }
  })

  it('that has another file in its place when it is back says so', async () => {
    const commands = here()
    const uploads = await uploadsIn(commands)
    try {
      await uploads.write('documents/a.pdf', Buffer.alloc(5_000_000, 'x'))
      const file = await uploads.folder.open('documents/a.pdf')
      const reading = (async () => {
        let isFirst = true
        for await (const chunk of file.read(new AbortController().signal)) {
          if (isFirst && chunk.length > 0) {
            await uploads.write('documents/a.pdf', Buffer.alloc(5_000_000, 'y'))
            for (const one of commands.running) one.kill()
          }
          isFirst = false
        }
      })()
      expect(await codeOf(reading)).toBe('SOURCE_CHANGED item')
      await file.close()
    } finally {
      await uploads.close()
    }
  })

  it('finishes many moves at once that a crash has left with both names', async () => {
    const uploads = await uploadsIn(here())
    try {
      const numbers = Array.from({ length: 32 }, (_, n) => n)
      for (const n of numbers) {
        await uploads.write(`documents/${n}.old`, Buffer.from(`text ${n}`))
        await uploads.hardLink(`documents/${n}.old`, `documents/${n}.new`)
      }
      await Promise.all(
        numbers.map((n) => uploads.folder.move(`documents/${n}.old`, `documents/${n}.new`, ownStepPermit())),
      )
      expect(await uploads.tree()).toEqual(Object.fromEntries(numbers.map((n) => [`documents/${n}.new`, `text ${n}`])))
    } finally {
      await uploads.close()
    }
  })

  it('that is restarted while many files are written is waited for, and every file is whole', async () => {
    const commands = here()
    const uploads = await uploadsIn(commands)
    try {
      let begun = 0
      const all = Array.from({ length: 32 }, () => randomBytes(700_000))
      const killing = async function* (bytes: Buffer) {
        for await (const chunk of inChunks(bytes)) {
          begun += 1
          if (begun === 100) for (const one of commands.running) one.kill()
          yield chunk
        }
      }
      await Promise.all(
        all.map((bytes, n) => uploads.folder.place(`documents/${n}.bin`, killing(bytes), contentOf(bytes), never)),
      )
      expect(await uploads.tree()).toEqual(
        Object.fromEntries(all.map((bytes, n) => [`documents/${n}.bin`, bytes.toString()])),
      )
    } finally {
      await uploads.close()
    }
  })

  it('opens no more shells than before when one of them ends', async () => {
    const commands = here()
    const uploads = await uploadsIn(commands)
    const open = new Set<RunningCommand>()
    try {
      for (let n = 0; n < 8; n += 1) await uploads.write(`documents/${n}.txt`, randomBytes(10_000))
      for (let round = 0; round < 4; round += 1) {
        const files: SourceFile[] = []
        // One after the other: each has a shell that is less busy.
        for (let n = 0; n < 8; n += 1) files.push(await uploads.folder.open(`documents/${n}.txt`))
        expect(open.size).toBeLessThanOrEqual(4)
        await Promise.all(files.map((file) => file.close()))
        for (const one of commands.running) {
          open.add(one)
          void one.ended.then(() => open.delete(one))
        }
        commands.running.at(-1)?.kill()
        await expect.poll(() => open.size).toBeLessThan(4)
      }
    } finally {
      await uploads.close()
    }
  })

  it('without the program that lists is not taken for an empty one', async () => {
    const few = await mkdtemp(join(tmpdir(), 'readur-no-find-'))
    for (const name of ['sh', 'stat', 'readlink', 'env']) {
      const { stdout } = await run('sh', ['-c', `command -v ${name}`])
      await symlink(stdout.trim(), join(few, name))
    }
    const without = await installRuntimes({ pathInside: few })
    const uploads = await uploadsIn(here(without))
    try {
      await uploads.write('documents/a.txt', Buffer.from('text'))
      const listing = (async () => {
        for await (const page of uploads.folder.list(never)) expect(page).toBeDefined()
      })()
      expect(await codeOf(listing)).toBe('CONTAINER_LOST run')
    } finally {
      await uploads.close()
      await without.remove()
      await rm(few, { recursive: true, force: true })
    }
  })
})
