import { afterAll, beforeAll } from 'vitest'
import type { SshLink } from '../../src/main/adapters/ssh/link.ts'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { hopTo, linkTo, remoteUploads, trustFolder } from './sshHarness.ts'
import { swapSuite } from './swaps.ts'
import { uploadsFolderSuite } from './uploadsFolder.suite.ts'
import { uploadsWritingSuite } from './uploadsWriting.suite.ts'

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
swapSuite('a folder of an SSH server', 100, () => remoteUploads(sshd, trust.dir, { ssh }))
