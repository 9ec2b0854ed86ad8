import type * as FileSystem from 'node:fs/promises'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SshLink } from '../../src/main/adapters/ssh/link.ts'
import { sftpSource } from '../../src/main/adapters/uploads/remote/sftpChannel.ts'
import { RemoteFolder } from '../../src/main/adapters/uploads/remoteFolder.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import type { UploadsFolder } from '../../src/main/engine/ports.ts'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { localUploads } from './localUploads.ts'
import { remoteHarness } from './remoteHarness.ts'
import { hopTo, linkTo, never, trustFolder } from './sshHarness.ts'
import { codeOf } from './uploadsFolder.suite.ts'
import { contentOf, inChunks, type WritingHarness } from './uploadsWriting.suite.ts'
import { watched } from './watchedChannels.ts'

/**
 * Each defence against what is swapped in between a look and a deed, at exactly that moment. `once` is done right before
 * the next call of that name.
 */
const moment = vi.hoisted(() => ({
  call: '',
  once: (): void => undefined,
  opened: [] as string[],
  strike(call: string): void {
    if (call !== this.call) return
    this.call = ''
    this.once()
  },
}))
const rightBefore = (call: string, once: () => void): void => void Object.assign(moment, { call, once, opened: [] })

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>()
  const struck = <A extends unknown[], R>(name: string, call: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      moment.strike(name)
      return call(...args)
    }
  }
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      moment.strike('open')
      const handle = await real.open(...args)
      moment.opened.push(String(args[0]))
      return handle
    },
    unlink: struck('unlink', real.unlink),
    link: struck('link', real.link),
  }
})

type Harness = WritingHarness & { root: string }
let uploads: Harness
let folder: UploadsFolder
const inFolder = (path: string): string => join(uploads.root, path)
const decoy = (): string => join(dirname(uploads.root), 'decoy')
const text = Buffer.from('ours')
const place = (path: string): Promise<void> => folder.place(path, inChunks(text), contentOf(text), never)

/** A folder outside with the same names, and as alike as can be. */
function makeDecoy(): void {
  mkdirSync(decoy())
  for (const name of ['a.txt', 'b.txt']) {
    const { mode, mtime, atime } = statSync(inFolder(`documents/${name}`))
    writeFileSync(join(decoy(), name), name === 'a.txt' ? 'outside' : 'longer than that')
    chmodSync(join(decoy(), name), mode)
    utimesSync(join(decoy(), name), atime, mtime)
  }
}
const swapFolder = (): void => {
  renameSync(inFolder('documents'), inFolder('aside'))
  symlinkSync(decoy(), inFolder('documents'))
}
const swapFile = (target: string): void => {
  renameSync(inFolder('documents/a.txt'), inFolder('documents/aside.txt'))
  symlinkSync(target, inFolder('documents/a.txt'))
}
const replaceFile = (): void => renameSync(inFolder('documents/b.txt'), inFolder('documents/a.txt'))
const lies = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

async function begin(make: () => Promise<Harness>): Promise<void> {
  uploads = await make()
  folder = uploads.folder
  await uploads.write('documents/a.txt', Buffer.from('inside '))
  await uploads.write('documents/b.txt', Buffer.from('of another size'))
  makeDecoy()
}
afterEach(async () => {
  moment.call = ''
  rmSync(decoy(), { recursive: true, force: true })
  await uploads.close()
})

describe('a folder of this computer', () => {
  beforeEach(() => begin(localUploads))

  it('does not even open what a link leads to that came in the place of a file', async () => {
    rightBefore('open', () => swapFile('../../decoy/a.txt'))
    expect(await codeOf(folder.open('documents/a.txt'))).toBe('SOURCE_CHANGED item')
    expect(moment.opened).toEqual([])
  })

  it('does not take another file for the one that it has looked at', async () => {
    rightBefore('open', replaceFile)
    expect(await codeOf(folder.open('documents/a.txt'))).toBe('SOURCE_CHANGED item')
  })

  it('does not read what was moved out together with its folder', async () => {
    await folder.inspect('documents/a.txt')
    rightBefore('open', () => renameSync(inFolder('documents'), join(decoy(), 'moved')))
    expect(await codeOf(folder.open('documents/a.txt'))).toBe('SOURCE_CHANGED item')
  })

  it('reads from the folder that it has looked into, whatever takes its place', async () => {
    rightBefore('open', swapFolder)
    const file = await folder.open('documents/a.txt')
    for await (const chunk of file.read(never)) expect(Buffer.from(chunk).toString()).toBe('inside ')
    await file.close()
  })

  it('writes through no link that has the name of a part', async () => {
    // For the same place it is the same name each time.
    await place('documents/probe.txt')
    const part = basename(moment.opened.find((path) => path.endsWith('.part')) ?? '')
    expect(part).not.toBe('')
    await folder.remove('documents/probe.txt', ownStepPermit())
    rightBefore('open', () => symlinkSync('../../decoy/made.txt', inFolder(`documents/${part}`)))
    expect(await codeOf(place('documents/probe.txt'))).toBe('FILE_UNWRITABLE item')
    expect(lies(join(decoy(), 'made.txt'))).toBe(false)
  })

  it.each(['open', 'link'])('makes nothing outside when its folder is exchanged before %s', async (call) => {
    rightBefore(call, swapFolder)
    expect(await codeOf(place('documents/new.txt'))).toBe('SOURCE_CHANGED item')
    expect(lies(join(decoy(), 'new.txt'))).toBe(false)
  })

  it('removes nothing outside', async () => {
    rightBefore('unlink', swapFolder)
    await folder.remove('documents/a.txt', ownStepPermit())
    expect(lies(join(decoy(), 'a.txt'))).toBe(true)
    expect(lies(inFolder('aside/a.txt'))).toBe(false)
  })
})

let sshd: Sshd
let trust: Awaited<ReturnType<typeof trustFolder>>
let ssh: SshLink
beforeAll(async () => {
  trust = await trustFolder()
  sshd = await startSshd({ as: 'root' })
  ssh = linkTo({ hops: [await hopTo(sshd, trust.dir)] })
})
afterAll(async () => {
  await ssh.close()
  await sshd.stop()
  await trust.remove()
})

const channels = { channels: 1, stallMs: 10_000 }
const remote = (byPath: boolean): Promise<Harness> =>
  remoteHarness({
    make: (root) =>
      new RemoteFolder(
        watched(sftpSource(ssh), { byPath, before: (call) => moment.strike(call) }),
        'server',
        root,
        channels,
      ),
    end: () => undefined,
  })

/** What comes of opening a file and reading it: its text, or a code. */
async function reading(path: string): Promise<string> {
  let read = ''
  const code = await codeOf(
    (async () => {
      const file = await folder.open(path)
      try {
        for await (const chunk of file.read(never)) read += Buffer.from(chunk).toString()
      } finally {
        await file.close()
      }
      throw new Error(read)
    })(),
  ).catch(() => read)
  return code
}

describe.each([
  ['that shows what it opens', false],
  ['that does not', true],
])('a folder of an SSH server %s', (_story, byPath) => {
  beforeEach(() => begin(() => remote(byPath)))

  it('does not read another file than the one that it has looked at', async () => {
    rightBefore('open', replaceFile)
    expect(await reading('documents/a.txt')).toBe('SOURCE_CHANGED item')
  })

  it('does not read what a link leads to, though it is of the same size and date', async () => {
    rightBefore('open', () => swapFile('../../decoy/a.txt'))
    expect(await reading('documents/a.txt')).toBe('SOURCE_CHANGED item')
  })

  it('does not read what lies in a folder that a link has brought', async () => {
    rightBefore('open', swapFolder)
    expect(await reading('documents/a.txt')).toBe('SOURCE_CHANGED item')
  })
})

describe('a folder of an SSH server that shows what it opens', () => {
  beforeEach(() => begin(() => remote(false)))

  it.each(['open', 'link', 'unlink'])('makes nothing outside when its folder is exchanged before %s', async (call) => {
    rightBefore(call, swapFolder)
    await place('documents/new.txt').catch(() => undefined)
    expect(moment.call).toBe('')
    expect(readdirSync(decoy())).toEqual(['a.txt', 'b.txt'])
  })

  it('makes no folder outside, and gives none outside to others', async () => {
    rightBefore('makeFolder', swapFolder)
    await place('documents/deep/new.txt').catch(() => undefined)
    expect(readdirSync(decoy())).toEqual(['a.txt', 'b.txt'])
  })

  it('removes nothing outside', async () => {
    rightBefore('unlink', swapFolder)
    await folder.remove('documents/a.txt', ownStepPermit())
    expect(readdirSync(decoy())).toEqual(['a.txt', 'b.txt'])
    expect(lies(inFolder('aside/a.txt'))).toBe(false)
  })

  it('moves nothing from outside', async () => {
    rightBefore('link', swapFolder)
    await folder.move('documents/a.txt', 'documents/c.txt', ownStepPermit()).catch(() => undefined)
    expect(readdirSync(decoy())).toEqual(['a.txt', 'b.txt'])
    expect(readFileSync(inFolder('aside/c.txt'), 'utf8')).toBe('inside ')
  })

  it('enters no folder whose place a link has taken', async () => {
    rightBefore('enter', swapFolder)
    expect((await folder.inspect('documents/a.txt')).kind).not.toBe('file')
  })

  it('says who it is', async () => {
    const probe = new RemoteFolder(sftpSource(ssh), 'server', uploads.root, channels)
    expect(await probe.account()).toEqual({ uid: process.getuid?.(), isGuarded: true })
    probe.close()
  })
})
