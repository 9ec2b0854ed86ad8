import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SshLink } from '../../src/main/adapters/ssh/link.ts'
import { sftpSource } from '../../src/main/adapters/uploads/remote/sftpChannel.ts'
import { RemoteFolder } from '../../src/main/adapters/uploads/remoteFolder.ts'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { localUploads } from './localUploads.ts'
import { remoteHarness } from './remoteHarness.ts'
import { hopTo, linkTo, remoteUploads, trustFolder } from './sshHarness.ts'
import { swapSuite } from './swaps.ts'
import { uploadsFolderSuite } from './uploadsFolder.suite.ts'
import { uploadsWritingSuite, type WritingHarness } from './uploadsWriting.suite.ts'
import { watched } from './watchedChannels.ts'

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

uploadsFolderSuite('a folder of an SSH server', () => remoteUploads(sshd, trust.dir, { ssh }))
uploadsWritingSuite('a folder of an SSH server', () => remoteUploads(sshd, trust.dir, { ssh }))

/** Of other servers, and of those that lock us into a folder. */
const byPath = (): Promise<WritingHarness> =>
  remoteHarness({
    make: (root) => new RemoteFolder(watched(sftpSource(ssh), { byPath: true }), 'server', root),
    end: () => undefined,
  })
uploadsFolderSuite('a folder of an SSH server that shows no descriptors', byPath)
uploadsWritingSuite('a folder of an SSH server that shows no descriptors', byPath)

describe('a folder of a Synology, whose SFTP hides the volume', () => {
  it('is found without it, and keeps the name that it was given', async () => {
    const local = await localUploads()
    await local.write('documents/a.txt', Buffer.from('hello'))
    const folder = new RemoteFolder(sftpSource(ssh), 'server', `/volume1${local.root}`)
    await folder.check()
    expect(await folder.inspect('documents/a.txt')).toMatchObject({ kind: 'file' })
    expect(folder).toMatchObject({ namedRoot: `/volume1${local.root}`, root: local.root, hiddenPart: '/volume1' })
    const nowhere = new RemoteFolder(sftpSource(ssh), 'server', '/volume1/nowhere/uploads')
    await expect(nowhere.check()).rejects.toMatchObject({ code: 'UPLOADS_MISSING' })
    const plain = new RemoteFolder(sftpSource(ssh), 'server', `/other${local.root}`)
    await expect(plain.check()).rejects.toMatchObject({ code: 'UPLOADS_MISSING' })
    for (const it of [folder, nowhere, plain]) it.close()
    await local.close()
  })

  it('names the link that leaves it, and where that leads', async () => {
    const local = await localUploads()
    const target = join(local.root, '../big')
    await mkdir(target)
    await writeFile(join(target, 'a.txt'), 'hello')
    await local.link('documents/archive', '../../big')
    const folder = new RemoteFolder(sftpSource(ssh), 'server', local.root)
    expect(await folder.inspect('documents/archive/a.txt')).toMatchObject({
      kind: 'outside',
      link: { path: 'documents/archive', target },
    })
    folder.close()
    await rm(target, { recursive: true })
    await local.close()
  })
})

swapSuite('a folder of an SSH server', 100, () => remoteUploads(sshd, trust.dir, { ssh }))
