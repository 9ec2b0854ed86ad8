import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localCommands } from '../../src/main/adapters/commands/localCommands.ts'
import { ContainerSource } from '../../src/main/adapters/uploads/remote/containerSource.ts'
import { RemoteFolder } from '../../src/main/adapters/uploads/remoteFolder.ts'
import type { Commands, RunningCommand } from '../../src/main/engine/commands.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import type { SourceFile } from '../../src/main/engine/ports.ts'
import { remoteHarness } from './remoteHarness.ts'
import { never, soon } from './sshHarness.ts'
import { swapSuite } from './swaps.ts'
import { codeOf, uploadsFolderSuite } from './uploadsFolder.suite.ts'
import { contentOf, inChunks, uploadsWritingSuite } from './uploadsWriting.suite.ts'

const run = promisify(execFile)

/**
 * What `docker exec` does, without Docker: the program is run as it stands, beside the test. There is one container,
 * “readur”; `path` is where its programs lie.
 */
function docker(
  commands: Commands,
  path?: string,
  around: readonly string[] = [],
): Commands & { running: RunningCommand[] } {
  const running: RunningCommand[] = []
  return {
    running,
    label: commands.label,
    start: async ([program, exec, interactive, container, ...argv], signal) => {
      expect([program, exec, interactive]).toEqual(['docker', 'exec', '-i'])
      const refusal = `echo 'Error response from daemon: No such container: ${container ?? ''}' >&2; exit 1`
      const inside = [...around, ...(path === undefined ? argv : ['env', `PATH=${path}`, ...argv])]
      const one = await commands.start(container === 'readur' ? inside : ['sh', '-c', refusal], signal)
      running.push(one)
      return one
    },
  }
}

async function uploadsIn(commands: Commands) {
  const closing = new AbortController()
  const source = new ContainerSource(commands, 'readur', closing.signal, soon)
  return remoteHarness({
    make: (root) => new RemoteFolder(source, 'container readur', root),
    end: () => closing.abort(new Error('The test is over.')),
  })
}

describe('with GNU programs', () => {
  uploadsFolderSuite('a container of this computer', () => uploadsIn(docker(localCommands)))
  uploadsWritingSuite('a container of this computer', () => uploadsIn(docker(localCommands)))
  swapSuite('a container of this computer', 30, () => uploadsIn(docker(localCommands)))
})

describe('with the programs of BusyBox', () => {
  let programs = ''
  beforeAll(async () => {
    programs = await mkdtemp(join(tmpdir(), 'readur-busybox-'))
    await run('busybox', ['--install', '-s', programs])
  })
  afterAll(() => rm(programs, { recursive: true, force: true }))

  it('reports a disk that is full, and leaves nothing: its base64 calls every write a success', async () => {
    const full = ['sh', '-c', 'ulimit -f 600; trap "" XFSZ; exec "$@"', 'sh']
    const uploads = await uploadsIn(docker(localCommands, programs, full))
    try {
      for (const size of [400_000, 1_300_000]) {
        const bytes = randomBytes(size)
        const call = uploads.folder.place('documents/new.bin', inChunks(bytes), contentOf(bytes), never)
        expect(await codeOf(call)).toMatch(/^FILE_UNWRITABLE/)
        expect(await uploads.tree()).toEqual({})
      }
      const small = randomBytes(100_000)
      await uploads.folder.place('documents/small.bin', inChunks(small), contentOf(small), never)
      expect(Object.keys(await uploads.tree())).toEqual(['documents/small.bin'])
    } finally {
      await uploads.close()
    }
  })

  uploadsFolderSuite('a small container', () => uploadsIn(docker(localCommands, programs)))
  uploadsWritingSuite('a small container', () => uploadsIn(docker(localCommands, programs)))
  swapSuite('a small container', 30, () => uploadsIn(docker(localCommands, programs)))
})

describe('a container', () => {
  const sourceOf = (commands: Commands, name = 'readur') =>
    new ContainerSource(commands, name, new AbortController().signal, soon)

  it('that is not there is said to be missing, at once', async () => {
    const folder = new RemoteFolder(sourceOf(docker(localCommands), 'other'), 'container other', '/app/uploads')
    await expect(folder.check()).rejects.toMatchObject({
      code: 'CONTAINER_UNREACHABLE',
      message: expect.stringContaining('none of that name') as unknown,
    })
  })

  it.each(['-v', '--privileged', 'a b', '$(id)', ''])('is not called “%s”', (name) => {
    expect(() => sourceOf(docker(localCommands), name)).toThrow('is no name of a container')
  })

  it('that is restarted while a file is read is waited for, and the file read on', async () => {
    const commands = docker(localCommands)
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
    const commands = docker(localCommands)
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
    const uploads = await uploadsIn(docker(localCommands))
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
    const commands = docker(localCommands)
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
    const commands = docker(localCommands)
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
    const programs = await mkdtemp(join(tmpdir(), 'readur-no-find-'))
    for (const name of ['sh', 'stat', 'readlink', 'env']) {
      const { stdout } = await run('sh', ['-c', `command -v ${name}`])
      await symlink(stdout.trim(), join(programs, name))
    }
    const uploads = await uploadsIn(docker(localCommands, programs))
    try {
      await uploads.write('documents/a.txt', Buffer.from('text'))
      const listing = (async () => {
        for await (const page of uploads.folder.list(never)) expect(page).toBeDefined()
      })()
      expect(await codeOf(listing)).toBe('CONTAINER_LOST run')
    } finally {
      await uploads.close()
      await rm(programs, { recursive: true, force: true })
    }
  })
})
