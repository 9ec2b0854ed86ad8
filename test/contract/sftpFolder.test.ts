import { afterAll, beforeAll } from 'vitest'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { remoteUploads, trustFolder } from './sshHarness.ts'
import { uploadsFolderSuite } from './uploadsFolder.suite.ts'
import { uploadsWritingSuite } from './uploadsWriting.suite.ts'

let sshd: Sshd
let trust: Awaited<ReturnType<typeof trustFolder>>
beforeAll(async () => {
  trust = await trustFolder()
  sshd = await startSshd({ as: 'root' })
})
afterAll(async () => {
  await sshd.stop()
  await trust.remove()
})

uploadsFolderSuite('a folder of an SSH server', () => remoteUploads(sshd, trust.dir))
uploadsWritingSuite('a folder of an SSH server', () => remoteUploads(sshd, trust.dir))
