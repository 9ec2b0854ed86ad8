import { createHash, randomBytes } from 'node:crypto'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RemoteFolder } from '../../src/main/adapters/uploads/remoteFolder.ts'
import { sftpSource } from '../../src/main/adapters/uploads/remote/sftpChannel.ts'
import { MigrateError } from '../../src/main/engine/errors.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import type { SourceFile } from '../../src/main/engine/ports.ts'
import { StopControl } from '../../src/main/engine/stop.ts'
import { startProxy, type Proxy } from '../services/proxy.ts'
import { startSshd, type Sshd, type SshdOptions } from '../services/sshd.ts'
import { hopTo, linkTo, never, remoteUploads, trustFolder } from './sshHarness.ts'
import { codeOf } from './uploadsFolder.suite.ts'
import { contentOf, inChunks } from './uploadsWriting.suite.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0

/** It takes Linux, root, and no container around. */
const canMount = await run('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).then(
  () => true,
  () => false,
)

let dir = ''
const cleanUps: (() => unknown)[] = []
beforeEach(async () => {
  const trust = await trustFolder()
  dir = trust.dir
  cleanUps.push(trust.remove)
})
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const startServer = async (options: SshdOptions = {}): Promise<Sshd> => {
  const server = await startSshd(options)
  cleanUps.push(server.stop)
  return server
}
const startBetween = async (server: Sshd, options?: { delayMs: number }): Promise<Proxy> => {
  const proxy = await startProxy(server.port, options)
  cleanUps.push(proxy.close)
  return proxy
}
type Uploads = Awaited<ReturnType<typeof remoteUploads>>
const uploadsOn = async (server: Sshd, options: Parameters<typeof remoteUploads>[2] = {}): Promise<Uploads> => {
  const uploads = await remoteUploads(server, dir, options)
  cleanUps.push(uploads.close)
  return uploads
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
/** The hash of all that is read; `onChunk` gets the bytes so far. */
async function hashOf(file: SourceFile, onChunk: (size: number) => unknown = () => undefined): Promise<string> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of file.read(never)) {
    hash.update(chunk)
    size += chunk.byteLength
    await onChunk(size)
  }
  return hash.digest('hex')
}

const large = randomBytes(12_000_000)

describe('a connection that is lost', () => {
  it('while a file is read is made anew, and the file read on, though sshd was killed again and again', async () => {
    const server = await startServer()
    const { folder, write } = await uploadsOn(server)
    await write('documents/large.bin', large)
    const file = await folder.open('documents/large.bin')
    let kills = 0
    const hash = await hashOf(file, async (size) => {
      if (size < (kills + 1) * 2_000_000) return
      kills += 1
      await server.kill()
      await server.restart()
    })
    expect(kills).toBeGreaterThanOrEqual(5)
    expect(hash).toBe(sha256(large))
    expect(await file.restat()).toEqual(file.stamp)
    await file.close()
  })

  it('is waited for while the server is away', async () => {
    const server = await startServer()
    const { folder, write, ssh } = await uploadsOn(server)
    await write('documents/a.txt', Buffer.from('text'))
    await ssh.get(never)
    await server.kill()
    const looking = folder.inspect('documents/a.txt')
    await server.restart()
    await expect(looking).resolves.toMatchObject({ kind: 'file', stamp: { size: 4 } })
  })

  it('is an error at once where it has never been there', async () => {
    const server = await startServer()
    const { folder } = await uploadsOn(server)
    await server.kill()
    expect(await codeOf(folder.check())).toBe('SSH_UNREACHABLE run')
  })

  it('is not waited for once nobody needs it any more', async () => {
    const server = await startServer()
    const { folder, ssh } = await uploadsOn(server)
    await folder.check()
    await server.kill()
    const looking = codeOf(folder.inspect('documents/a.txt'))
    await ssh.close()
    expect(await looking).toBe('INTERRUPTED run')
  })

  it('while a file is read can be given up by whoever reads', async () => {
    const server = await startServer()
    const { folder, write } = await uploadsOn(server)
    await write('documents/large.bin', large)
    const file = await folder.open('documents/large.bin')
    const stop = new StopControl()
    const reading = (async () => {
      for await (const chunk of file.read(stop.now)) {
        if (chunk.byteLength === 0) continue
        await server.kill()
        stop.request('now')
      }
    })()
    expect(await codeOf(reading)).toBe('INTERRUPTED run')
  })

  it('does not mix two files: one that was changed meanwhile is said to be', async () => {
    const server = await startServer()
    const { folder, write } = await uploadsOn(server)
    await write('documents/large.bin', large)
    const file = await folder.open('documents/large.bin')
    let done = false
    const reading = hashOf(file, async () => {
      if (done) return
      done = true
      await server.kill()
      await write('documents/large.bin', randomBytes(large.byteLength))
      await server.restart()
    })
    expect(await codeOf(reading)).toBe('SOURCE_CHANGED item')
  })

  it('fails the file that is gone afterwards, and no other', async () => {
    const server = await startServer()
    const { folder, write, remove } = await uploadsOn(server)
    await write('documents/large.bin', large)
    await write('documents/other.txt', Buffer.from('text'))
    const file = await folder.open('documents/large.bin')
    let done = false
    const reading = hashOf(file, async () => {
      if (done) return
      done = true
      await server.kill()
      await remove('documents/large.bin')
      await server.restart()
    })
    expect(await codeOf(reading)).toBe('FILE_MISSING item')
    expect(await hashOf(await folder.open('documents/other.txt'))).toBe(sha256(Buffer.from('text')))
  })

  it('while a file is placed is made anew, and the file is whole', async () => {
    const server = await startServer()
    const { folder, tree } = await uploadsOn(server)
    let kills = 0
    const bytes = (async function* () {
      let sent = 0
      for await (const chunk of inChunks(large, 256 * 1024)) {
        yield chunk
        sent += chunk.byteLength
        if (sent < (kills + 1) * 4_000_000) continue
        kills += 1
        await server.kill()
        await server.restart()
      }
    })()
    await folder.place('documents/new.bin', bytes, contentOf(large), never)
    expect(kills).toBe(3)
    const now = await tree()
    expect(Object.keys(now)).toEqual(['documents/new.bin'])
    expect(await hashOf(await folder.open('documents/new.bin'))).toBe(sha256(large))
  })

  it('for good while a file is placed leaves a part that the next try takes away', async () => {
    const server = await startServer()
    const { folder, ssh, tree, root } = await uploadsOn(server)
    const bytes = (async function* () {
      for await (const chunk of inChunks(large, 256 * 1024)) {
        yield chunk
        await server.kill()
        await ssh.close()
      }
    })()
    expect(await codeOf(folder.place('documents/new.bin', bytes, contentOf(large), never))).toBe('INTERRUPTED run')
    expect(Object.keys(await tree())).toEqual([expect.stringMatching(/^documents\/\w+\.part$/)])
    await server.restart()
    const link = linkTo({ hops: [await hopTo(server, dir)] })
    cleanUps.push(() => link.close())
    await new RemoteFolder(sftpSource(link), 'server', root).place(
      'documents/new.bin',
      inChunks(large),
      contentOf(large),
      never,
    )
    expect(Object.keys(await tree())).toEqual(['documents/new.bin'])
  })

  it('may break off at any moment of moving and removing', async () => {
    const server = await startServer()
    const between = await startBetween(server)
    const { folder, write, tree } = await uploadsOn(server, { port: between.port })
    await folder.check()
    // Each later than the one before, until the calls are through without being cut.
    for (let at = 0; at < 40; at += 1) {
      await write('documents/old.txt', Buffer.from('text'))
      between.cutAfter(1 + at * 60)
      await folder.move('documents/old.txt', `documents/new.txt`, ownStepPermit())
      expect(await tree()).toEqual({ 'documents/new.txt': 'text' })
      await folder.remove('documents/new.txt', ownStepPermit())
      expect(await tree()).toEqual({})
    }
    expect(between.connections()).toBeGreaterThan(10)
  })
})

describe('a server that answers no more', () => {
  const stalling = { channels: 4, stallMs: 300 }

  it('is taken for lost, and another connection made', async () => {
    const server = await startServer()
    const { folder, write } = await uploadsOn(server, { options: stalling })
    await write('documents/large.bin', large)
    const file = await folder.open('documents/large.bin')
    let stopped = false
    const hash = await hashOf(file, async () => {
      if (stopped) return
      stopped = true
      // Like a disk that hangs: the session lives and does nothing.
      for (const pid of await server.sessions()) process.kill(pid, 'SIGSTOP')
    })
    expect(hash).toBe(sha256(large))
    await file.close()
  })
})

describe('sessions', () => {
  const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `documents/${at}.bin`)
  const readAll = async ({ folder, write }: Uploads, paths: readonly string[]): Promise<void> => {
    for (const path of paths) await write(path, randomBytes(500_000))
    const files = await Promise.all(paths.map((path) => folder.open(path)))
    await Promise.all(files.map((file) => hashOf(file)))
    await Promise.all(files.map((file) => file.close()))
  }
  const started = (server: Sshd): number => server.log().split("subsystem 'sftp'").length - 1

  it('are as many as the work is worth, and not more than was said', async () => {
    const server = await startServer()
    const uploads = await uploadsOn(server, { options: { channels: 3, stallMs: 60_000 } })
    await readAll(uploads, many(1))
    expect(started(server)).toBe(1)
    await readAll(uploads, many(20))
    expect(started(server)).toBe(3)
  })

  it.each([1, 2])('are as many as the server allows: %i', async (allowed) => {
    const server = await startServer({ config: [`MaxSessions ${allowed}`] })
    await readAll(await uploadsOn(server), many(20))
    expect(started(server)).toBe(allowed)
  })
})

describe('an account', () => {
  it('that may do nothing but SFTP is enough', async () => {
    const server = await startServer({
      config: ['ForceCommand internal-sftp', 'AllowTcpForwarding no', 'PermitTTY no', 'DisableForwarding yes'],
    })
    const { folder, write, tree } = await uploadsOn(server)
    await folder.check()
    await write('documents/a.txt', Buffer.from('text'))
    expect(await hashOf(await folder.open('documents/a.txt'))).toBe(sha256(Buffer.from('text')))
    await folder.place('documents/b.txt', inChunks(Buffer.from('more')), contentOf(Buffer.from('more')), never)
    await folder.move('documents/b.txt', 'documents/c.txt', ownStepPermit())
    await folder.remove('documents/a.txt', ownStepPermit())
    expect(await tree()).toEqual({ 'documents/c.txt': 'more' })
  })

  if (isRoot) {
    it('that is locked into a folder sees the uploads from there', async () => {
      // sshd locks nobody into a folder that others than root own, and asks that of all above it.
      const cage = `/var/lib/${basename(dir)}`
      await mkdir(cage, { mode: 0o755 })
      cleanUps.push(() => run('rm', ['-rf', cage]))
      const server = await startServer({ config: [`ChrootDirectory ${cage}`, 'ForceCommand internal-sftp'] })
      const uploads = await uploadsOn(server, { rootOnServer: () => '/uploads' })
      await rename(dirname(uploads.root), join(cage, 'real'))
      await rename(join(cage, 'real/uploads'), join(cage, 'uploads'))
      await writeFile(join(cage, 'uploads/documents/a.txt'), 'text')
      const { folder } = uploads
      await folder.check()
      await expect(folder.inspect('documents/a.txt')).resolves.toMatchObject({ kind: 'file' })
      await folder.place('documents/b.txt', inChunks(Buffer.from('more')), contentOf(Buffer.from('more')), never)
      expect((await stat(join(cage, 'uploads/documents/b.txt'))).size).toBe(4)
    })

    describe('without rights', () => {
      let uploads: Uploads
      beforeEach(async () => {
        uploads = await uploadsOn(await startServer())
        const { root } = uploads
        await run('chown', ['-R', 'root', root])
      })

      it.each([
        ['a file', 0o700, 0o600],
        ['a folder', 0o600, 0o644],
      ])('is told that it may not read %s, and not that it is missing', async (_story, folderMode, fileMode) => {
        const { folder, root } = uploads
        await mkdir(join(root, 'documents/closed'))
        await writeFile(join(root, 'documents/closed/a.txt'), 'private')
        await chmod(join(root, 'documents/closed/a.txt'), fileMode)
        await chmod(join(root, 'documents/closed'), folderMode === 0o700 ? 0o755 : folderMode)
        await expect(folder.inspect('documents/closed/a.txt')).resolves.toEqual({
          kind: 'unreadable',
          reason: 'EACCES',
        })
        expect(await codeOf(folder.open('documents/closed/a.txt'))).toBe('FILE_UNREADABLE item')
      })

      it('reads what its group or all may read', async () => {
        const { folder, root } = uploads
        await writeFile(join(root, 'documents/a.txt'), 'text', { mode: 0o644 })
        await expect(folder.inspect('documents/a.txt')).resolves.toMatchObject({ kind: 'file' })
      })

      it('is told where it may not write, and leaves all as it is', async () => {
        const { folder, root, tree } = uploads
        await writeFile(join(root, 'documents/old.txt'), 'old')
        const text = Buffer.from('text')
        const calls = [
          () => folder.place('documents/new.txt', inChunks(text), contentOf(text), never),
          () => folder.place('documents/deeper/new.txt', inChunks(text), contentOf(text), never),
          () => folder.move('documents/old.txt', 'documents/new.txt', ownStepPermit()),
          () => folder.remove('documents/old.txt', ownStepPermit()),
        ]
        for (const call of calls) {
          await expect(call()).rejects.toMatchObject({
            code: 'FILE_UNWRITABLE',
            scope: 'item',
            message: expect.stringContaining('permission is missing') as string,
          })
        }
        expect(await tree()).toEqual({ 'documents/old.txt': 'old' })
      })

      it('moves a file of someone else in a folder that it may write to', async () => {
        const { folder, root, tree } = uploads
        await writeFile(join(root, 'documents/old.txt'), 'old', { mode: 0o644 })
        await writeFile(join(root, 'documents/taken.txt'), 'taken')
        await chmod(join(root, 'documents'), 0o777)
        expect(await codeOf(folder.move('documents/old.txt', 'documents/taken.txt', ownStepPermit()))).toBe(
          'FILE_TAKEN item',
        )
        await folder.move('documents/old.txt', 'documents/new.txt', ownStepPermit())
        expect(await tree()).toEqual({ 'documents/new.txt': 'old', 'documents/taken.txt': 'taken' })
      })

      it('may not use a folder that it may not enter', async () => {
        const { folder, root } = uploads
        await chmod(root, 0o700)
        expect(await codeOf(folder.check())).toBe('UPLOADS_MISSING run')
      })
    })

    it('of root gives files the owner of their folder, and a mode for all to read', async () => {
      const uploads = await uploadsOn(await startServer({ as: 'root' }))
      await run('chown', ['4321:8765', join(uploads.root, 'documents')])
      await chmod(join(uploads.root, 'documents'), 0o2775)
      const text = Buffer.from('text')
      await uploads.folder.place('documents/deeper/new.txt', inChunks(text), contentOf(text), never)
      const [folder, file] = await Promise.all(
        ['documents/deeper', 'documents/deeper/new.txt'].map((path) => stat(join(uploads.root, path))),
      )
      expect([folder?.uid, folder?.gid, ((folder?.mode ?? 0) & 0o7777).toString(8)]).toEqual([4321, 8765, '2775'])
      expect([file?.uid, file?.gid, ((file?.mode ?? 0) & 0o7777).toString(8)]).toEqual([4321, 8765, '644'])
    })
  }
})

if (canMount) {
  describe('a disk', () => {
    const place = ({ folder }: Uploads, path: string, size: number): Promise<void> => {
      const bytes = randomBytes(size)
      return folder.place(path, inChunks(bytes), contentOf(bytes), never)
    }
    /** An uploads folder whose `documents` are on a disk that only the server sees. */
    const mounted = async (mount: string): Promise<Uploads> => {
      // The folder has to be there before the server, and the server before the folder is seen through it.
      const place = await mkdtemp(join(tmpdir(), 'readur-disk-'))
      await chmod(place, 0o755)
      await mkdir(join(place, 'documents'))
      cleanUps.push(() => rm(place, { recursive: true, force: true }))
      const server = await startServer({ as: 'root', mount: mount.replaceAll('DISK', join(place, 'documents')) })
      return uploadsOn(server, { rootOnServer: () => place })
    }

    it('that is full stops the run, and what was begun is taken away', async () => {
      const uploads = await mounted('mount -t tmpfs -o size=300k tmpfs DISK')
      await place(uploads, 'documents/small.bin', 100_000)
      const large = place(uploads, 'documents/large.bin', 2_000_000)
      await expect(large).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', scope: 'run' })
      await expect(large).rejects.toThrow(/the disk is full/)
      await place(uploads, 'documents/other.bin', 100_000)
    })

    it('that may only be read stops the run', async () => {
      const uploads = await mounted('mount --bind DISK DISK && mount -o remount,ro,bind DISK')
      const placing = place(uploads, 'documents/new.bin', 10)
      await expect(placing).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', scope: 'run' })
      await expect(placing).rejects.toThrow(/may only be read/)
    })
  })
}

describe('the folder', () => {
  it.each([
    ['is not there', (root: string) => `${root}/gone`],
    ['is another one', (root: string) => `${root}/documents`],
    ['is a file', (root: string) => `${root}/documents/file`],
  ])('is refused when it %s', async (_story, rootOnServer) => {
    const server = await startServer()
    const { folder, write } = await uploadsOn(server, { rootOnServer })
    await write('documents/file', Buffer.from('x'))
    expect(await codeOf(folder.check())).toBe('UPLOADS_MISSING run')
  })

  it('is written to no more once its disk is not mounted', async () => {
    const { folder, root } = await uploadsOn(await startServer({ as: 'root' }))
    await folder.check()
    await rename(root, `${root}.unmounted`)
    await mkdir(root)
    const text = Buffer.from('text')
    const placing = folder.place('documents/new.txt', inChunks(text), contentOf(text), never)
    expect(await codeOf(placing)).toBe('UPLOADS_MISSING run')
  })

  it('has a name that says on which server it lies', async () => {
    const { folder, root } = await uploadsOn(await startServer())
    expect(folder.label).toBe(`server:${root}`)
  })
})

it('reads a large file with little memory, whatever the reader’s pace', async () => {
  const server = await startServer()
  const { folder, root } = await uploadsOn(server)
  const path = join(root, 'documents/huge.bin')
  await run('truncate', ['-s', '400M', path])
  await utimes(path, 1_700_000_000, 1_700_000_000)
  const file = await folder.open('documents/huge.bin')
  globalThis.gc?.()
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  let size = 0
  for await (const chunk of file.read(never)) {
    size += chunk.byteLength
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    if (size % 50 === 0) await new Promise(setImmediate)
  }
  expect(size).toBe(400 * 1024 ** 2)
  expect(most).toBeLessThan(150 * 1024 ** 2)
  await file.close()
})

it('shares one connection among those who ask at once, and the link says why it cannot be had', async () => {
  const server = await startServer()
  const between = await startBetween(server)
  const link = linkTo({ hops: [await hopTo(server, dir, between.port)] })
  const [one, other] = await Promise.all([link.get(never), link.get(never)])
  expect(one).toBe(other)
  expect(between.connections()).toBe(1)
  await link.close()
  const error: unknown = await link.get(never).catch((reason: unknown) => reason)
  expect(error instanceof MigrateError && error.code).toBe('INTERRUPTED')
})
