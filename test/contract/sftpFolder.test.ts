import { afterAll, beforeAll } from 'vitest'
import type { SshLink } from '../../src/main/adapters/ssh/link.ts'
import { sftpSource } from '../../src/main/adapters/uploads/remote/sftpSource.ts'
import { RemoteFolder } from '../../src/main/adapters/uploads/remoteFolder.ts'
import { startSshd, type Sshd } from '../services/sshd.ts'
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

swapSuite('a folder of an SSH server', 100, () => remoteUploads(sshd, trust.dir, { ssh }))
