import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localCommands } from '../../src/main/adapters/commands/localCommands.ts'
import { ContainerSource } from '../../src/main/adapters/uploads/remote/containerSource.ts'
import { RemoteFolder } from '../../src/main/adapters/uploads/remoteFolder.ts'
import type { Commands, RunningCommand } from '../../src/main/engine/commands.ts'
import { remoteHarness } from './remoteHarness.ts'
import { soon } from './sshHarness.ts'
import { codeOf, uploadsFolderSuite } from './uploadsFolder.suite.ts'
import { uploadsWritingSuite } from './uploadsWriting.suite.ts'

const run = promisify(execFile)

/**
 * What `docker exec` does, without Docker: the program is run as it stands, beside the test. There is one container,
 * “readur”; `path` is where its programs lie.
 */
function docker(commands: Commands, path?: string): Commands & { running: RunningCommand[] } {
  const running: RunningCommand[] = []
  return {
    running,
    label: commands.label,
    start: async ([program, exec, interactive, container, ...argv], signal) => {
      expect([program, exec, interactive]).toEqual(['docker', 'exec', '-i'])
      const refusal = `echo 'Error response from daemon: No such container: ${container ?? ''}' >&2; exit 1`
      const inside = path === undefined ? argv : ['env', `PATH=${path}`, ...argv]
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
})

describe('with the programs of BusyBox', () => {
  let programs = ''
  beforeAll(async () => {
    programs = await mkdtemp(join(tmpdir(), 'readur-busybox-'))
    await run('busybox', ['--install', '-s', programs])
  })
  afterAll(() => rm(programs, { recursive: true, force: true }))

  uploadsFolderSuite('a small container', () => uploadsIn(docker(localCommands, programs)))
  uploadsWritingSuite('a small container', () => uploadsIn(docker(localCommands, programs)))
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
})
